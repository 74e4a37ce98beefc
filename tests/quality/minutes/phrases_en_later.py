# fmt: off
"""A fourth set of English phrases, written to be measured and never to write rules on; see phrases_en."""

from __future__ import annotations

NAMES = ["Ivo Mertens", "Paula Nash", "Samir Haddad", "Greta Lund", "Owen Price", "Yara Costa", "Felix Braun", "Dina Petrov", "Hassan Ali", "Maeve Kelly"]
TOPICS = [
    ("opening hours of the counter", ["opening hours", "counter"], ["eight to four", "nine to five", "ten to six", "seven to three"], "the switchboard is not staffed then"),
    ("summer party", ["party"], ["the boathouse", "the courtyard", "the museum cafe", "the river terrace"], "there is no shelter from rain"),
    ("laptop supplier", ["laptop"], ["Norvane", "Calibre", "Oakbyte", "Pellucid"], "repairs took six weeks"),
    ("deposit for rental cars", ["deposit", "rental"], ["150 pounds", "200 pounds", "250 pounds", "300 pounds"], "customers complain already"),
    ("retention of call recordings", ["retention", "recordings"], ["thirty days", "sixty days", "ninety days", "six months"], "legal will not accept it"),
    ("logo colour", ["logo"], ["teal", "maroon", "mustard", "navy"], "it looks wrong in print"),
]
OPEN_TOPIC = ["Shall we look at the {t} now? {n}, go ahead.", "This brings me to the {t}.", "Can we do the {t} next? {n}.", "The {t}, please. {n}."]
PROPOSE = ["I would go for {v}.", "The quote I like best is {v}.", "My recommendation would be {v}.", "How do people feel about {v}?"]
OBJECT = ["{v} worries me, {why}.", "I can't support {v}: {why}.", "The trouble with {v} is that {why}."]
COUNTER = ["Would {v} be acceptable?", "Then perhaps {v}.", "What if we said {v}?"]
DECIDE = [
    "Good, I am hearing agreement: {v} for the {t}.",
    "Then the {t} is going to be {v}.",
    "Nobody against? Then {v} it shall be for the {t}.",
    "Consensus on the {t}: {v}.",
    "I'll record that the {t} is {v}.",
    "Let's fix {v} as the {t} and move along.",
]
DECIDE_SHORT = ["Fine, {v}.", "{v} then, thank you all.", "Done. {v}.", "I think we have landed on {v}."]
CHANGE = [
    "I need to reopen the {t}. Not {o} after all; {v}.",
    "On reflection the {t} should not be {o}. It becomes {v}.",
    "A word on the {t}: please replace {o} by {v} in the notes.",
    "Legal just wrote, so for the {t} it is {v} now and no longer {o}.",
]
REJECT = ["We are not doing {v}.", "{v} is dead.", "There was no support for {v}."]
TASKS = [
    ("book the caterer", "booking the caterer", "caterer"), ("renew the parking permits", "renewing the parking permits", "permits"), ("circulate the draft policy", "circulating the draft policy", "draft policy"),
    ("get a second quote for the carpet", "getting a second quote for the carpet", "carpet"), ("update the phone list", "updating the phone list", "phone list"), ("check the fire extinguishers", "checking the fire extinguishers", "extinguishers"),
    ("speak to the insurer", "speaking to the insurer", "insurer"), ("archive the old contracts", "archiving the old contracts", "old contracts"), ("test the backup generator", "testing the backup generator", "generator"),
]
DUE = ["by Wednesday", "by 14 November", "before the holidays", "by close of play on Thursday", "by the end of next week", "by noon tomorrow", "within ten days", "before the next board meeting", "by 1 March"]
ASSIGN = [
    "{n} to {task} {due}, please.",
    "{n}, can I leave it with you to {task} {due}?",
    "Would you {task} {due}, {n}?",
    "I'd like {n} to {task} {due}.",
    "{n} is going to {task} {due}.",
    "Please {task} {due}, {n}.",
    "The job of {task_ing} goes to {n}, {due}.",
]
VOLUNTEER = ["Leave that with me, I'll {task} {due}.", "I'm going to {task} {due}.", "I can take care of {task_ing} {due}.", "Put me down to {task} {due}."]
ACCEPT = ["Consider it done.", "Sure.", "Okay, will do.", "Happy to."]
OPEN_POINT = ["{x} stays on the list for next time.", "No conclusion on {x} today.", "We park {x} for now.", "{x}: still to be clarified."]
UNSETTLED = ["the broken lift", "the guest wifi", "the smoking area", "the mug collection", "the intern's desk"]
CHAT = [
    "Sorry, I was on mute.", "The train was late again.", "I had a look at it on Sunday evening.", "That takes me back.", "Who made this coffee?", "Could somebody close the door?", "Let me share my screen.",
    "Right, where was I.", "Last time we argued about this for an hour.", "I was told it would be here by Friday.", "Interesting.", "We used to do that at my old firm.",
]
