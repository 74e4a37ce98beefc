"""What people say in the made English meetings: every list is cut in two, one half to build with, one to measure.

{t} is the topic, {v} the value that is decided, {o} another value, {n} a first name, {task} what somebody shall do,
{task_ing} the same as a gerund, {due} by when, {why} an objection.
"""

from __future__ import annotations

NAMES = [
    "Alice Morgan",
    "Ben Okafor",
    "Carla Jensen",
    "Dev Patel",
    "Erin Walsh",
    "Farid Haddad",
    "Grace Lin",
    "Hugo Steiner",
    "Isla Reid",
    "Jonas Weber",
    "Kavya Rao",
    "Liam Byrne",
    "Maria Costa",
    "Noah Fischer",
    "Olga Petrova",
    "Peter Novak",
]

# topic, how else it is named, values, objection, a tail that makes it a sentence: "{t} ... {v}"
TOPICS = [
    ("launch date", ["go live"], ["3 March", "17 March", "28 April", "12 May"], "the testers need two more weeks"),
    (
        "office move",
        ["move"],
        ["the Hanover Street site", "the Riverside building", "the old mill", "the Kent Road offices"],
        "the lease there is too long",
    ),
    (
        "travel budget",
        ["budget"],
        ["40,000 pounds", "55,000 pounds", "62,000 pounds", "70,000 pounds"],
        "last year's overspend is not explained yet",
    ),
    (
        "payroll vendor",
        ["vendor"],
        ["Northwind", "Bluepeak", "Castellan", "Orbis"],
        "their support desk closes at four",
    ),
    (
        "support hours",
        ["hours"],
        ["eight to six", "nine to five", "seven to seven", "eight to eight"],
        "nobody is on shift before eight",
    ),
    (
        "warranty period",
        ["warranty"],
        ["12 months", "18 months", "24 months", "36 months"],
        "the repair rate is still too high",
    ),
    (
        "trade fair stand",
        ["stand"],
        ["20 square metres", "35 square metres", "50 square metres", "64 square metres"],
        "we cannot staff it",
    ),
    (
        "price increase",
        ["prices"],
        ["2 percent", "3.5 percent", "4 percent", "6 percent"],
        "two big customers will walk away",
    ),
    (
        "backup schedule",
        ["backups"],
        ["every four hours", "twice a day", "every night", "every hour"],
        "it slows the warehouse system down",
    ),
    (
        "new packaging",
        ["packaging"],
        ["recycled cardboard", "paper pulp", "reusable crates", "thin film"],
        "it gets soft in the rain",
    ),
    (
        "graduate programme",
        ["programme"],
        ["six trainees", "eight trainees", "ten trainees", "twelve trainees"],
        "there are not enough mentors",
    ),
    (
        "security audit",
        ["audit"],
        ["the week of 6 June", "the week of 20 June", "the week of 4 July", "the week of 18 July"],
        "half of the team is on leave then",
    ),
]

OPEN_TOPIC = [
    "Right, the {t}. {n}, where are we?",
    "Next on the list is the {t}. Over to you, {n}.",
    "Let's talk about the {t}.",
    "So, the {t}. Who wants to start? {n}?",
    "Moving on to the {t}.",
    "OK, next item: {t}. {n}, please.",
]
PROPOSE = [
    "I'd suggest {v} for the {t}.",
    "My proposal for the {t} would be {v}.",
    "What about {v}?",
    "We could do {v}, I think.",
    "How about we take {v}?",
    "I was thinking of {v} for the {t}.",
]
OBJECT = [
    "I'm not happy with {v}, because {why}.",
    "Honestly, {v} won't work: {why}.",
    "I have a problem with {v}. I think {why}.",
    "My worry with {v} is that {why}.",
]
COUNTER = [
    "Would {v} be better?",
    "Then perhaps {v} instead?",
    "Could we live with {v}?",
    "Maybe {v} is the safer choice.",
]

# final decisions: the value and the topic stand in the same turn
DECIDE = [
    "OK, so we've decided: the {t} will be {v}.",
    "Good, then we go with {v} for the {t}.",
    "Agreed. The {t} is {v}.",
    "Let's settle on {v} for the {t} then.",
    "Fine, I think everybody is in favour. {v} it is for the {t}.",
    "So the decision on the {t} is {v}.",
    "All right, we are going with {v} for the {t}, everyone happy? Good.",
    "Let's make it {v} for the {t}. Any objections? None. Done.",
    "Then that's settled: {v} for the {t}.",
    "We'll take {v} for the {t}. Please note that.",
    "The committee approves {v} for the {t}.",
    "Let the record show that the {t} was fixed at {v}.",
]
# the decision's sentence does not name the topic: it follows from what is being talked about
DECIDE_SHORT = [
    "OK, let's go with {v}.",
    "Then it's {v}. Decided.",
    "Right, {v} it is.",
    "Agreed, we'll do {v}.",
    "Good. {v} is approved.",
    "Then we decide on {v}.",
]
CHANGE = [
    "Sorry, going back to the {t}: after what {n} said, we should change that. We'll go with {v} instead of {o}.",
    "I have had second thoughts about the {t}. Let's scrap {o} and make it {v}.",
    "One correction on the {t}: not {o}, but {v}. That is final.",
    "Actually, on the {t}, forget {o}. We decided too fast. It will be {v}.",
    "Can we reopen the {t}? {o} is not going to work. OK, then we change the decision to {v}.",
    "Before we close: the {t} is now {v}, not {o}. All agreed? Good.",
]
REJECT = [
    "No, we are not going to do {v}. That idea is off the table.",
    "The proposal for {v} is rejected.",
    "We voted, and {v} is turned down.",
    "Then we drop {v} for good.",
]

# (imperative, gerund, key word)
TASKS = [
    ("send the revised quote to the customer", "sending the revised quote to the customer", "quote"),
    ("update the project plan", "updating the project plan", "project plan"),
    ("book the meeting rooms in Leeds", "booking the meeting rooms in Leeds", "meeting rooms"),
    ("write the first draft of the policy", "writing the first draft of the policy", "draft"),
    ("call the insurance broker", "calling the insurance broker", "insurance broker"),
    ("collect the figures from the regions", "collecting the figures from the regions", "figures"),
    ("check the contract with legal", "checking the contract with legal", "contract"),
    ("order the replacement parts", "ordering the replacement parts", "replacement parts"),
    ("prepare the training slides", "preparing the training slides", "slides"),
    ("interview the two candidates", "interviewing the two candidates", "candidates"),
    ("set up the test server", "setting up the test server", "test server"),
    ("talk to the works council", "talking to the works council", "works council"),
    ("clean up the customer list", "cleaning up the customer list", "customer list"),
    ("get three offers for the carpets", "getting three offers for the carpets", "carpets"),
    ("publish the survey results", "publishing the survey results", "survey results"),
    ("arrange a visit to the plant", "arranging a visit to the plant", "visit"),
]
DUE = [
    "by Friday",
    "by next Wednesday",
    "before the end of the month",
    "by 14 June",
    "by the 21st of September",
    "until Monday",
    "by noon tomorrow",
    "before the next meeting",
    "by the end of next week",
    "no later than 30 November",
    "this afternoon",
    "by close of business on Thursday",
]
ASSIGN = [
    "{n}, can you {task} {due}?",
    "{n}, please {task} {due}.",
    "{n} will {task} {due}.",
    "I'd like {n} to {task} {due}.",
    "Action for {n}: {task} {due}.",
    "{n}, could I ask you to {task} {due}?",
    "{n} is going to {task} {due}.",
    "{n}, you'll have to {task} {due}, please.",
    "Let's have {n} {task} {due}.",
    "{n}, would you mind {task_ing} {due}?",
    "{n} takes care of {task_ing} {due}.",
    "{n} to {task} {due}.",
]
VOLUNTEER = [
    "I'll {task} {due}.",
    "I can {task} {due}.",
    "Leave that with me, I will {task} {due}.",
    "Let me {task} {due}.",
    "I'm going to {task} {due}.",
    "I'll take that one: I'll {task} {due}.",
    "OK, I will {task} {due}, then.",
    "I promise to {task} {due}.",
]
ACCEPT = ["Sure.", "Will do.", "Yes, no problem.", "OK, I'll do that.", "Fine, I have noted it.", "Yes, of course."]
OPEN_POINT = [
    "We leave the question of {x} open until we know more.",
    "I don't want to decide on {x} today. Let's come back to it next time.",
    "Whether {x} changes is still to be confirmed.",
    "{x} needs more thought. We park it for now.",
    "No decision on {x} today, then.",
    "{x} is still unclear. We take it up again in the next meeting.",
]
UNSETTLED = [
    "the parking spaces",
    "the canteen prices",
    "the summer party",
    "the intern's contract",
    "the second monitor",
    "the logo colour",
    "the holiday rota",
    "the loan of the van",
]

# what must not become an item
CHAT = [
    "Can everybody hear me?",
    "Sorry, I was on mute.",
    "Yes, I think so too.",
    "It will probably rain on Friday.",
    "Last year we decided to cut the travel costs, as you may remember.",
    "If we had decided that in spring, we would be done by now.",
    "I'm not sure we can decide that here.",
    "The decision is not easy.",
    "Did you see the figures from Poland?",
    "They were a little below plan.",
    "I'll be honest, I liked the old one.",
    "I will say this much: nobody complained.",
    "You can see it on the slide.",
    "Let me share my screen.",
    "Hm.",
    "That makes sense.",
    "I would not worry about it.",
    "Maybe somebody should look into that one day.",
    "My phone is almost dead.",
    "The team agreed with me when I showed it in March.",
    "Could you say that again? The line was bad.",
    "We will see.",
    "I can imagine.",
    "Who is taking notes, by the way?",
    "I'll come to that in a minute.",
    "Please go on.",
    "Let's not go into details.",
    "The customers keep asking for it.",
    "That was approved by the board in January already.",
    "Thanks, that was helpful.",
]
