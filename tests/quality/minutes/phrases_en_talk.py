# fmt: off
"""English phrases of made talks on which rules may be written; see made_talks."""

from __future__ import annotations

NAMES = ["Anna Berg", "Mark Ellis", "Priya Nair", "Luca Conti", "Susan Wright", "Pavel Novak", "Emma Stone", "David Cole", "Nina Roth", "Paul Evans"]
TOPICS = [
    ("parking spaces", ["parking"], ["first come first served", "a monthly draw", "fixed numbers", "visitors only"], "people circle for ages"),
    ("coffee machine", ["coffee"], ["the Bravo", "the Milano", "the Torino", "the Presto"], "it needs descaling every week"),
    ("office move", ["move"], ["March", "April", "June", "September"], "the lease runs on"),
    ("travel allowance", ["travel", "allowance"], ["40 euros a day", "45 euros a day", "50 euros a day", "60 euros a day"], "hotels went up"),
    ("printing paper", ["paper"], ["recycled stock", "80 gram white", "90 gram white", "bamboo sheets"], "the trays jam"),
    ("web shop languages", ["languages"], ["German and French", "Spanish and Polish", "Dutch and Danish", "Italian and Czech"], "we lack translators"),
]
OPEN = ["{n}, how about the {t}?", "Let's talk about the {t}. {n}, please.", "Any news on the {t}, {n}?", "Now the {t}.", "The {t} is still on my list."]
OPEN_OTHER = ["I have a question on the {t}.", "Before we stop, the {t}.", "One more thing is the {t}.", "We should also look at the {t}."]
STATE = ["I compared what is on the market.", "All of them would do, I think.", "I asked around a little.", "People keep asking me about it."]
PROPOSE = ["I would choose {v}.", "I propose {v}.", "My vote goes to {v}.", "{v} looks best to me.", "We could take {v}."]
OBJECT = ["{v} is a problem because {why}.", "I'm against {v}, {why}.", "I don't like {v}: {why}."]
COUNTER = ["What about {v}?", "We could do {v} instead.", "I'd suggest {v} then.", "And {v}?"]
SUPPORT = ["Agreed.", "Yes, good idea.", "Okay with me.", "I agree.", "Sounds good.", "Sure, why not.", "Perfect for us.", "Yes."]
ASK_ALL = ["Is {v} all right for everybody?", "Can we all accept {v}?", "Then {v}, any objections?", "Do we go for {v}?"]
CLOSE = ["Good, done.", "Great, next.", "Thank you, that was quick.", "Perfect, so we have that."]
DECIDE = ["Then we take {v} for the {t}.", "OK, {v} for the {t}.", "The {t} will be {v}.", "So for the {t} it's {v}.", "We have a clear favourite for the {t}: {v}."]
DECIDE_SHORT = ["OK, {v}.", "Then {v}.", "So {v} it is.", "{v}, good."]
CHANGE = ["Back to the {t}: instead of {o} we take {v}.", "About the {t}, forget {o}. {v} is better.", "The {t} again: {o} is not possible, so {v}."]
REJECT = ["We won't take {v}.", "{v} is out.", "No {v}, then."]
UNDECIDED = ["Let's think about it again.", "I can't say today.", "We need to talk about that again.", "I am not convinced yet."]
TASKS = [
    ("call the supplier", "calling the supplier", "supplier"), ("send the report", "sending the report", "report"), ("update the website", "updating the website", "website"), ("check the invoices", "checking the invoices", "invoices"),
    ("prepare the slides", "preparing the slides", "slides"), ("write the announcement", "writing the announcement", "announcement"), ("repair the shelf", "repairing the shelf", "shelf"), ("test the new login", "testing the new login", "login"),
]
DUE = ["by Friday", "by 3 June", "by the end of the month", "until Thursday", "before the audit", "by tomorrow evening", "within two weeks", "next week"]
ASSIGN = ["{n}, please {task} {due}.", "{n} will {task} {due}.", "Can you {task} {due}, {n}?", "{n}, you {task} {due}, OK?", "I'd ask {n} to {task} {due}."]
VOLUNTEER = ["I'll {task} {due}.", "I can {task} {due}.", "I will be {task_ing} {due}.", "Let me {task} {due}."]
ACCEPT = ["Yes.", "OK.", "Will do.", "No problem."]
OPEN_POINT = ["We did not decide on {x}.", "{x} is open.", "Next time we talk about {x}."]
UNSETTLED = ["the squeaky door", "the key box", "the plants", "the fridge"]
CHAT = ["It is raining again.", "My screen is black.", "I came by bike today.", "Who has the remote?", "That was funny.", "The canteen has soup today.", "Sorry for being late.", "Can you hear me?"]
