# fmt: off
"""English phrases of made talks for figures alone: written before the rules that they measure, see made_talks."""

from __future__ import annotations

NAMES = ["Lotte Visser", "Ravi Menon", "Claire Dubois", "Tom Hargreaves", "Ewa Nowak", "Jorge Salas", "Beth Lawson", "Kofi Mensah", "Ingrid Dahl", "Sean Murphy"]
TOPICS = [
    ("visitor badges", ["badge"], ["coloured lanyards", "paper stickers", "photo cards", "digital passes"], "guests lose them"),
    ("cleaning contract", ["cleaning"], ["Sparkwell", "Brightside", "Dustline", "Purefloor"], "their crew is short of people"),
    ("training budget", ["training"], ["12,000 euros", "15,000 euros", "18,000 euros", "9,000 euros"], "the courses got dearer"),
    ("team day", ["team day"], ["the climbing hall", "a cooking class", "the canal tour", "an escape room"], "half of us went there last year"),
    ("newsletter rhythm", ["newsletter"], ["every fortnight", "once a month", "every quarter", "every Friday"], "nobody opens it anyway"),
    ("warehouse scanner", ["scanner"], ["the Zeto model", "the Handix model", "the Pikko model", "the Rugor model"], "the battery dies at noon"),
    ("invoice approval limit", ["approval", "limit"], ["500 pounds", "800 pounds", "1,000 pounds", "2,000 pounds"], "auditors asked about it"),
    ("help desk cover", ["help desk"], ["two people a shift", "one person a shift", "a rota of five", "an outside firm"], "the queue is long at lunchtime"),
]
OPEN = ["Where are we with the {t}, {n}?", "{n} wanted to bring up the {t}.", "Let us take the {t} while everybody is still awake.", "That leaves the {t}.", "Can I have two minutes on the {t}? {n} did the homework.", "While we are at it: the {t}."]
OPEN_OTHER = ["I'd like to raise the {t}.", "Something else, the {t}.", "Could we also settle the {t} today?", "Since you mention it, the {t} needs an answer as well."]
STATE = ["I got three offers and read them all.", "There is not much between the options, to be frank.", "The team would like an answer this week.", "I spoke to the people who have to live with it."]
PROPOSE = ["To me {v} makes the most sense.", "I lean towards {v}.", "Why not {v}?", "If it were up to me, {v}.", "What I put forward is {v}.", "I'd be in favour of {v}."]
OBJECT = ["I see a snag with {v}: {why}.", "{v} gives me a headache, {why}.", "Not keen on {v}, {why}.", "With {v} we get into hot water because {why}."]
COUNTER = ["Could we live with {v} instead?", "{v} would get round that.", "Let me throw in {v}.", "How would {v} sit with you?"]
SUPPORT = ["Fine by me.", "I can live with that.", "Count me in.", "No complaints from my side.", "Suits us.", "Makes sense.", "You have my blessing.", "I'm on board."]
ASK_ALL = ["So, {v}: does anybody mind?", "Shall we say {v}?", "Are we all comfortable with {v}?", "Does {v} work for the whole room?"]
CLOSE = ["Lovely, that's that.", "Then we can tick that off.", "Good, one less to worry about.", "Great, consider it closed."]
DECIDE = [
    "Right, that makes it {v} for the {t}.",
    "So the {t} ends up as {v}.",
    "I hear {v} from most of you, so that's what the {t} becomes.",
    "We come down on the side of {v} for the {t}.",
    "Write {v} next to {t}, please.",
    "The winner for the {t} is {v}.",
    "From now on the {t} means {v}.",
    "I'm calling it: {t}, {v}.",
]
DECIDE_SHORT = ["{v} takes it.", "We'll run with {v}.", "All right, {v} has it.", "{v} gets my signature.", "{v}, and we move along."]
CHANGE = [
    "Scratch what I said on the {t}: {v} replaces {o}.",
    "Bad news on the {t}, {o} fell through, so {v} it has to be.",
    "Can we swap {o} for {v} on the {t}? Nobody minds? Then do.",
    "The {t} moves from {o} to {v}, head office insists.",
]
REJECT = ["{v} is a non-starter.", "{v} can go in the bin.", "Nobody wanted {v}, so that one goes.", "We say goodbye to {v}."]
UNDECIDED = ["I would like to sleep on that.", "Hm, I hear both sides. Not today.", "We clearly don't see eye to eye yet, so let's leave it there.", "That needs another round."]
TASKS = [
    ("print the signage", "printing the signage", "signage"), ("ring the landlord", "ringing the landlord", "landlord"), ("clean up the shared drive", "cleaning up the shared drive", "shared drive"),
    ("order new headsets", "ordering new headsets", "headsets"), ("translate the handbook", "translating the handbook", "handbook"), ("compare the pension plans", "comparing the pension plans", "pension plans"),
    ("fix the projector", "fixing the projector", "projector"), ("collect the timesheets", "collecting the timesheets", "timesheets"), ("rewrite the job advert", "rewriting the job advert", "job advert"),
]
DUE = ["by Tuesday", "by 9 December", "before the trade fair", "by the end of the day", "by next Monday", "by 4 pm", "within three days", "before our next meeting", "by 22 February"]
ASSIGN = [
    "{n}, {task} {due}, would you?",
    "Whoever has a minute... {n}, you {task} {due}.",
    "I'm putting {n} on {task_ing} {due}.",
    "{n}'s job is to {task} {due}.",
    "That lands on your desk, {n}: {task} {due}.",
    "May I trouble you to {task} {due}, {n}?",
    "{n} has kindly offered to {task} {due}.",
    "We are counting on {n} to {task} {due}.",
]
VOLUNTEER = ["I'll see to it that I {task} {due}.", "You can have me down for {task_ing} {due}.", "It falls to me to {task} {due}, so I will.", "I'd gladly {task} {due}.", "My plan is to {task} {due}."]
ACCEPT = ["On it.", "Will be done.", "You got it.", "Right you are.", "Leave it to me."]
OPEN_POINT = ["We never got to {x}.", "{x} is up in the air.", "Somebody has to think about {x} some other day.", "I have no answer on {x} yet."]
UNSETTLED = ["the leaking window", "the lost property box", "the spare keys", "the bike racks", "the dress code"]
CHAT = [
    "My connection keeps dropping.", "Is it me or is it cold in here?", "We had the same talk two summers ago.", "Hang on, wrong slide.", "I heard the buses are on strike.", "That was quite a week.", "Let me get some water.",
    "You are breaking up.", "I read something about that on the train.", "Ha, true.", "The old system did that too.", "Give me a second to find the file.",
]
