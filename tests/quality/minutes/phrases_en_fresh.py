# fmt: off
"""A third set of English phrases, written after the rules were fixed on the other two; see phrases_en."""

from __future__ import annotations

NAMES = ["Ada Brooks", "Boris Lang", "Chloe Marsh", "Derek Stone", "Elif Kaya", "Frank Ortiz", "Gita Sen", "Henry Cole", "Irene Vogel", "Jack Moran"]
TOPICS = [
    ("visitor badges", ["badges"], ["plastic cards", "paper stickers", "digital passes", "lanyards"], "they break within a week"),
    ("delivery window", ["delivery"], ["two hours", "four hours", "half a day", "one hour"], "the drivers cannot keep it"),
    ("annual meeting", ["meeting"], ["Lisbon", "Ghent", "Turin", "Malmo"], "flights are too expensive"),
    ("training budget", ["training"], ["12,000 euros", "15,500 euros", "18,000 euros", "21,000 euros"], "nobody used it last year"),
    ("help desk tool", ["help desk", "tool"], ["Ticketbird", "Helpline", "Deskmate", "Queuely"], "the export does not work"),
    ("cleaning contract", ["cleaning"], ["two years", "three years", "one year", "eighteen months"], "prices may drop"),
]
OPEN_TOPIC = ["Point two, the {t}.", "Now to the {t}. {n}, your thoughts?", "We also need to cover the {t}.", "Let me bring up the {t}.", "The {t} is next. {n}?"]
PROPOSE = ["From my side {v} would be fine.", "We looked at {v} and liked it.", "Why not {v}?", "I vote for {v}."]
OBJECT = ["I doubt that {v} will do, since {why}.", "With {v} we run into trouble, because {why}.", "Not {v}, please. You know that {why}."]
COUNTER = ["{v} could be a compromise.", "In that case {v}.", "I could live with {v}."]
DECIDE = [
    "Very well, the {t}: {v}. That is our decision.",
    "Everyone agrees to {v} for the {t}.",
    "We conclude that the {t} will be {v}.",
    "The {t} shall be {v}, unanimously.",
    "Right, so for the {t} we're choosing {v}.",
    "Settled: {v} for the {t}.",
    "Hands up for {v}. That's everybody, so the {t} is {v}.",
]
DECIDE_SHORT = ["{v} wins, then.", "Good, {v}. Next.", "So {v} gets the nod.", "We'll go ahead with {v}."]
CHANGE = [
    "Coming back to the {t}: {o} was a mistake, we now say {v}.",
    "About the {t}, I take back {o}. The decision is {v}.",
    "We revise the {t}: {v} in place of {o}.",
    "New decision on the {t}: {v} rather than {o}.",
]
REJECT = ["{v} did not get a majority.", "We say no to {v}.", "{v} is out."]
TASKS = [
    ("inform the landlord", "informing the landlord", "landlord"), ("compare the three quotes", "comparing the three quotes", "quotes"), ("fix the door lock", "fixing the door lock", "door lock"),
    ("draw up a seating plan", "drawing up a seating plan", "seating plan"), ("cancel the old subscription", "cancelling the old subscription", "subscription"), ("translate the leaflet", "translating the leaflet", "leaflet"),
    ("ask the auditors for a date", "asking the auditors for a date", "auditors"), ("upload the recordings", "uploading the recordings", "recordings"), ("hire a photographer", "hiring a photographer", "photographer"),
]
DUE = ["by Tuesday", "by 3 October", "before lunch", "within two weeks", "by the end of June", "by tomorrow evening", "before the audit", "on Monday morning", "in the first week of May"]
ASSIGN = [
    "{n}, {task} {due}, would you?",
    "{n}, it's on you to {task} {due}.",
    "Who can {task} {due}? {n}? Great.",
    "I put down {n} to {task} {due}.",
    "{n}, your job is to {task} {due}.",
    "We agreed that {n} will {task} {due}.",
    "Could {n} {task} {due}?",
    "{n} should {task} {due}.",
]
VOLUNTEER = ["I am happy to {task} {due}.", "Give me until then and I'll {task} {due}.", "That's mine, I'll {task} {due}.", "I shall {task} {due}.", "I'd better {task} {due}."]
ACCEPT = ["On it.", "Gladly.", "Fine by me.", "Yes, I can do that."]
OPEN_POINT = ["{x}: nobody knows yet, so we wait.", "We could not agree on {x}.", "{x} has to wait until the next meeting.", "Let's take {x} offline.", "We will decide about {x} another time."]
UNSETTLED = ["the coffee machine", "the bike racks", "the name of the newsletter", "the second printer", "the garden"]
CHAT = [
    "Is it cold in here or is it me?", "Oh, that reminds me of last summer.", "I can hear an echo.", "We had a decision like that once.", "Somebody left a bag in the hall.", "Let me think.",
    "That would be nice.", "I will never understand that invoice.", "Has anyone seen the remote?", "It took us three weeks last time.", "Good point.", "They promised it by Monday, and nothing came.",
]
