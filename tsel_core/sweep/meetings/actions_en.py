# ruff: noqa: E501 (one pattern a line)
"""Requests, assignments and undertakings in English."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.actions import Context, Task, cut_deadline
from tsel_core.sweep.meetings.decisions import spoken_clean

_LEAD = lazy_pattern(
    r"(?i)^(?:(?:ok(?:ay)?|right|so|now|well|good|fine|great|all right|alright|then|and|but|yes|yeah|sure|no problem|also|perfect|thanks|thank you|of course|in that case|leave (?:that|it|this|them|those) (?:with|to) me|go ahead and|before I forget|when you can|if you can|I['’]ll take (?:that|this)(?: one)?|action item|next step)\b[,.!:;]?\s+(?:then\b,?\s*)?)+"
)
# verbs that say something about the talk, not about work to be done
_TALK = (
    r"(?:say|tell (?:you|me|us)|be|stay|sit|stand|grab|try (?:that|this|it)|give it (?:a|another) (?:go|try)|think|see|imagine|admit|hope|guess|believe|come|explain|show (?:you|us|it|this|that)|share (?:my|the|this|a) screen|welcome|introduce|give (?:us|me|you)|try going|bring (?:you|him|her|us)|hear|thank|start|begin|stop|go (?:on|ahead|through|back|into|over|with)|pass|hand (?:over|back)|leave you|let you|mention|repeat|remind you|ask you|hear|understand|remember|agree|live|support|assume|suppose|skip|continue|move on|keep it|wait|add one|add something|just say|quickly|never|not|have to go|"
    r"worry|look forward|like|want|need|know|mean|wonder|get back to that|turn|read out|interrupt|second|join|miss|bet|confess|sum|give you|take questions|do my best|vote)\b"
)
# verbs of office work: enough for "Hugh, order fourteen" and "I can update the page" to be tasks
VERBS = r"(?:add|announce|apply|arrange|ask|assemble|book|bring|buy|call|cancel|change|chase|check|clean|clear|collect|compare|complete|contact|copy|correct|count|deliver|design|distribute|draft|draw|email|enter|explain|file|fill|find|finish|fix|get|hand in|help|hire|inform|install|invite|list|make|measure|meet|move|notify|obtain|order|organi[sz]e|paint|pay|phone|pick up|plan|post|prepare|print|publish|put|record|register|remind|remove|renew|repair|replace|reply|report|request|reserve|return|review|ring|schedule|send|set up|sign|sort|speak|submit|talk to|tell|test|tidy|translate|type|update|upload|warn|water|write)\b"
_WORK = r"(?P<task>(?:also |then |just |personally |quickly |happily )?(?!%s)[a-z][^.?!]*)" % _TALK  # noqa: UP031
_SELF = (
    (
        lazy_pattern(
            rf"(?i)^(?:I['’]ll|I will|I shall|I['’]m going to|I am going to|I promise to|I undertake to|I['’]ll make sure to|I agree to|I volunteer to|we['’]ll|we will)\s+{_WORK}"
        ),
        0.8,
    ),
    (lazy_pattern(r"(?i)^let me\s+(?P<task>(?:ask|check with|find out|speak to|talk to|call|ring|email|write to)\s(?!you\b|a question|the question|something)[^.?!]+)"), 0.68),
    (lazy_pattern(rf"(?i)^(?:let me)\s+{_WORK}"), 0.6),
    (
        lazy_pattern(
            rf"(?i)^(?:I can|I could|I['’]d be (?:happy|glad|willing) to|I would be (?:happy|glad|willing) to|I['’]d(?=\s+(?!ask\b){VERBS})|I am happy to|I['’]m happy to|happy to|I should|I need to|I have to|I['’]d better|I had better|I['’]ve got to|I must|I plan to|I want to|I intend to)\s+{_WORK}"
        ),
        0.5,
    ),
)
_ASK = r"(?:please|kindly|can you|could you|would you|will you|may I ask you to|could I ask you to|can I ask you to|I['’]d like you to|I want you to|I need you to|I would like you to|you['’]ll (?:have|need) to|you will (?:have|need) to|you (?:have to|need to|must|should|are to)|you['’]re going to|you['’]d better|you had better|you will|you['’]ll|make sure you|be so kind as to)"
_GERUND = r"(?:would you mind|do you mind|how about|are you (?:OK|fine|happy) with|can I leave you|you(?:['’]re| are) in charge of|you(?:['’]re| are) responsible for)"
_DOES = r"(?:will|is going to|is to|['’]s going to|takes care of|will take care of|should|shall|has to|needs to|must|agreed to|agrees to|offered to|volunteered to|promised to|undertook to|undertakes to|was asked to|is asked to|is responsible for|is in charge of|handles|can)"
_STATE = lazy_pattern(
    r"(?i)^(?:be\b|not\b|never\b|have (?:a|an|the|been)\b|want|need|know|like|think|see\b|probably|also be|still be|then be|become|remain|depend|cost|last|take (?:a|an|about|some|two|three|\d)|rain|work\b\.?$|help\b\.?$|happen|die|win|lose|walk away|leave\b\.?$|you\b)"
)
_VERB_S = lazy_pattern(
    r"(?i)^(?P<task>(?:also |then )?[a-z]+(?:s|es)\s+(?:the|a|an|it|this|that|up|out|two|three|new|all|both|our|his|her|their|[A-Z]|for|to|back|on|with)[^.?!]*)"
)
_VERB_DUE = lazy_pattern(r"(?P<task>[a-z]+s\s(?:by|before|until|till|on)\s[^.?!]*)")  # "drafts by the sixteenth"
_DOES_BY = lazy_pattern(r"does (?:the|a|an|our|his|her) [^.?!]*\b(?:by|before|until)\b")  # "does the poster by the fifth"
_STATE_S = lazy_pattern(
    r"(?i)^(?:is|has|was|does|says|thinks|wants|needs|likes|knows|means|works|lives|sees|looks|seems|costs|has|believes|agrees|supports|prefers|expects|hopes)\b"
)
_QUESTION = lazy_pattern(r"\?\s*$")
_PAST_ASK = lazy_pattern(
    r"(?i)\b(?:did you|have you|has (?:he|she|anyone)|were you|could you (?:hear|see|say that|repeat|please repeat|imagine)|can you (?:hear|see|all see|say that|repeat|imagine|believe|tell (?:us|me)|explain|elaborate|remind|start|give us)|would you (?:start|like|say|agree|prefer|explain)|please (?:go on|go ahead|continue|explain|start|repeat|note|put that|tell us|proceed|feel|take a seat|have a look|sit)|could you (?:start|explain|tell us|elaborate|give us|remind))\b"
)
# "You'll have them on Tuesday": whoever was asked says when, and asks nobody
PROMISES = lazy_pattern(r"(?i)you(?:['’]ll| will| shall) (?:have|get|see|receive|hear) (?:it|them|that|those|mine|these|from me)\b")
_NEGATED = lazy_pattern(r"(?i)\b(?:won['’]t|will not|can['’]t|cannot|not going to|don['’]t|shouldn['’]t)\b")
_TAIL = lazy_pattern(
    r"(?i)(?:[,.;]?\s*\b(?:please|then|for (?:me|us)|ok(?:ay)?|if (?:you can|possible|that['’]s OK|you don['’]t mind)|will you|can you|could you|would you|thanks|thank you|right|though|too|as well)\b)+[\s.?!]*$"
)
_LIKELY = 0.77  # given, and marked
# few words that take on what was spoken of: "I'll book it.", "I'll let them know."
_SOON = lazy_pattern(
    rf"(?i)(?:I['’]ll|I will) (?:(?!(?:ask|tell|explain|remind)\b){VERBS} (?:it|them|that|those|him|her|both)|(?:tell|ask|call|ring|phone|email|write to|talk to|let) (?:them|him|her)(?: know)?|see to (?:it|that)|(?:take|bring|get) (?:those|them) \w*)(?: (?:then|myself|all|up|over|in|to (?:him|her|them)))?[.!]?"
)
_LIGHT = frozenset(
    ("do", "try", "be", "go", "see", "help", "take", "have", "make", "get", "handle", "manage", "start", "check")
)
_VAGUE = lazy_pattern(r"(?i)\b(?:it|that|this|them|so|one|those|these)\b\s*(?:by|before|out|up|on|$|,|\.|then)")


# work that hangs on something else: "I can hang them, if I had a ladder", and "you'll have seen that"
UNREAL = lazy_pattern(
    r"(?i)(?:^|[,;]\s*|\band\s+)if (?:we|I|they|he|she) (?!can\b|could\b|may\b)|\bif I (?:get|had|were|was|did)\b|\bI(?:['’]d| would) .{2,60}\b(?:but|if I|only)\b|^you(?:['’]ll| will) (?:all )?have (?:seen|heard|noticed|read|got|had|been)\b|^(?:say|suppose|imagine) (?:we|I)\b"
)


def find_tasks(text: str, context: Context) -> list[Task]:
    """Tasks of an English sentence."""
    bare = _LEAD.sub("", spoken_clean(text.strip()))
    if _PAST_ASK.search(bare) or PROMISES.match(bare) or UNREAL.search(bare):
        return []
    name = context.people.pattern()
    bare = _called_first(bare, name)
    found = _named(bare, name, context) or _of_speaker(bare, context)
    found = found or _any_named(bare, name, context) or _of_nobody(bare, context) or _by_due(bare, name, context)
    return [t for t in found if t.what]


def _called_first(text: str, name: str) -> str:
    """ "Would you call the builder by Friday, Ben?" with the name in front, where the other forms have it."""
    match = re.match(rf"(?P<rest>[^.?!]+),\s+{name}(?P<end>\s*[.?!]*)$", text)
    if match is None or not re.match(rf"(?i){_ASK}\b|please\b|{VERBS}", match["rest"]):
        return text
    called = text[match.end("rest") : match.start("end")].strip(" ,")
    return f"{called}, {match['rest'][:1].lower()}{match['rest'][1:]}{match['end']}"


def _named(text: str, name: str, context: Context) -> list[Task]:
    """Somebody is named: "Ben, can you ...", "Ben will ...", "I'd like Ben to ...", "Action for Ben: ..."."""
    shapes: tuple[tuple[str, float], ...] = (
        (rf"^{name},?\s+{_GERUND}\s+(?P<ing>[a-z]+ing\b[^.?!]*)", 1.0),
        (rf"^{name},?\s+(?:and\s+\w+,?\s+)?{_ASK}\s+(?:please\s+|also\s+)?(?P<task>[^.?!]+)", 1.0),
        (rf"^{_ASK}\s+(?P<task>[^.?!,]+),\s*{name}\s*[.?!]*$", 1.0),
        (
            rf"(?i:^(?:action(?: item)?|ai|to-?do|task|next step)s?)\s*(?:\d+\s*)?(?::|[-–]|for|on|is for)?\s*(?:for\s+)?{name}\s*(?::|[-–,]|to|will|is to)\s*(?:to\s+)?(?P<task>[^.?!]+)",
            1.0,
        ),
        (
            rf"\b(?i:I['’]d like|I would like|I want|I need|I['’]d ask|I would ask|I['’]ll ask|I will ask|I ask|I asked|let['’]?s ask|we['’]ll ask|we ask|we need|we expect|we want|we asked)\s+{name}\s+to\s+(?P<task>[^.?!]+)",
            1.0,
        ),
        (
            rf"^(?i:let['’]?s have|let|we['’]ll have|we have|have|I['’]ll have|I['’]d rather have)\s+{name}\s+(?P<task>[^.?!]+)",
            0.9,
        ),
        (rf"(?:^|\b(?:that|then|so)\s+){name}(?:\s+and\s+\w+)?\s+(?P<does>{_DOES})\s+(?P<task>[^.?!]+)", 0.9),
        (rf"^(?:and\s+)?{name}\s+to\s+(?P<task>[a-z][^.?!]+)", 1.0),
        (rf"\b(?i:is|are|goes|falls|lies)\s+(?:assigned to|with|to|up to|down to)\s+{name}\b", 0.5),
    )
    for number, (shape, score) in enumerate(shapes):
        match = re.search(shape, text)
        if match is None:
            continue
        groups = match.groupdict()
        who = context.people.resolve(match["name"])
        task = groups.get("task") or imperative(groups.get("ing") or "")
        if number == 8:
            task = imperative(re.sub(r"(?i)^(?:the\s+)?(?:job|task|work)\s+of\s+", "", text[: match.start()]))
            task = f"{task.strip()} {text[match.end() :].strip(' ,.')}"
        does = groups.get("does") or ""
        if does in ("takes care of", "will take care of", "is responsible for", "is in charge of", "handles"):
            task = imperative(task)
        if not task or _STATE.match(task.strip()) or _NEGATED.search(match[0]):
            return []
        if does in ("can", "should") and not cut_deadline(task, "en")[2]:
            score = 0.5
        if _QUESTION.search(text) and number == 6:
            return []
        made = _task(who, task, score, "asked")
        if number == 8 and cut_deadline(task, "en")[2]:
            made = _with(made, 0.8)
        return [made, *_and_more(match, task, text, who, context)]
    return _present(text, name, context) or _comma(text, name, context) or _you(text, name, context)


def _present(text: str, name: str, context: Context) -> list[Task]:
    """ "Ines changes the bill of materials by Friday and orders the sensors today": a summing up."""
    match = re.match(rf"(?:and\s+)?{name}\s+(?P<rest>[a-z].*)", text)
    if match is None:
        found = re.search(r"(?:^|, )(?:and\s+)?(?P<name>(?!I\b|It\b|That\b|This\b|He\b|She\b|The\b)[A-Z][a-z]+)\s+(?P<rest>[a-z]+s\s.*\band I [a-z].*)", text)
        match = found if found is not None and cut_deadline(found["rest"], "en")[1] else None
    if match is None or (_STATE_S.match(match["rest"]) and not _DOES_BY.match(match["rest"])):
        return []
    who = context.people.resolve(match["name"])
    made: list[Task] = []
    for part in re.split(r",?\s+and\s+(?=[a-z]+s\s|I\s[a-z])", match["rest"]):
        own = re.match(r"I (?:then )?(?P<task>(?!am\b|was\b|think\b|have\b|had\b|can\b|could\b|guess\b|hope\b|know\b|will\b)[a-z]+\b[^.?!]*)", part.strip())
        if own is not None and made:
            task = _task("speaker", own["task"], 0.5, "undertaken")
            made.append(_with(task, 0.8) if task.when else task)
            continue
        verb = _VERB_S.match(part.strip()) or _VERB_DUE.match(part.strip())
        if verb is None or (_STATE_S.match(part.strip()) and not _DOES_BY.match(part.strip())):
            break
        task = _task(who, _base_form(verb["task"]), 0.5, "asked")
        asks = re.search(r"(?i),\s*please\b", text) is not None
        made.append(_with(task, 0.8) if task.when or made or asks else task)
    return made


def _any_named(text: str, name: str, context: Context) -> list[Task]:
    """Somebody's name beside work to do, in whatever words: "I put down Ben to ...", "Could Ben ... by Friday?"."""
    match = re.search(rf"\b{name}\b", text)
    if match is None or _PAST.search(text) or _NEGATED.search(text):
        return []
    rest, when, plain = cut_deadline(text, "en")
    work = re.search(
        r"\b(?:to|can|could|will|should|must|please|would)\s+(?:please\s+|you\s+)?(?P<task>[a-z]+\s+[^.?!]*)", rest
    )
    after = (
        re.match(
            r"\s*,\s*(?P<task>(?!where|what|how|your|you|any|who|when|why|over|is|are|do|does|did|thank|that|this|it|we|I\b|the|a\b|not|no|so|and|but|in|on|at|for|from|with|as|if)[a-z]+ [^.?!]*)",
            rest[match.end() :],
        )
        if match.end() < len(rest)
        else None
    )
    found = work or after
    if found is None or _STATE.match(found["task"]) or re.match(rf"(?i){_TALK}", found["task"]):
        return []
    task = re.sub(rf"^(?:{name}\s+)", "", found["task"]) if "(?P<name>" in name else found["task"]
    task = re.sub(rf"[,?]\s*(?:would|could|can|will) you.*$|,?\s*{name}\s*[?.!]*$", "", task)
    made = _task(context.people.resolve(match["name"]), task, 0.8 if plain else 0.65 if when else 0.55, "asked")
    return [Task(made.who, made.what, made.when or when, made.score, made.status, made.vague)]


def _you(text: str, name: str, context: Context) -> list[Task]:
    """ "Ben, you call the builder by Friday." """
    match = re.match(rf"{name},\s+you\s+(?P<task>[a-z]+\s[^.?!]+)", text)
    if match is None or _STATE.match(match["task"]) or re.match(rf"(?i){_TALK}|are\b|were\b|said\b|had\b|have\b|\w+ed\b|went\b|told\b|thought\b", match["task"]):
        return []
    dated = cut_deadline(match["task"], "en")[2]
    return [_task(context.people.resolve(match["name"]), match["task"], 0.9 if dated else 0.65, "asked")]


_PAST = lazy_pattern(
    r"(?i)\b(?:was|were|had|did|promised|told|said|asked me|showed|sent|last (?:week|month|year|time)|yesterday)\b"
)


_WISH = lazy_pattern(
    r"(?i)\bI(?:['’]d| would)? (?:want|need|expect|like|hope|think|suggest|propose|prefer|hear|believe|guess|say|know|see|doubt|fear|worry|wonder|mean)\b|\b(?:because|since|unless)\b"
)


def _by_due(text: str, name: str, context: Context) -> list[Task]:
    """Whoever is named, or speaks of "me", beside a plain deadline: a task, in whatever words it is given."""
    rest, when, plain = cut_deadline(text, "en")
    match, own = re.search(rf"\b{name}\b", text), re.search(r"\b(?:I|[Mm]e|[Mm]y)\b", text)
    if (
        not plain
        or _PAST.search(text)
        or _NEGATED.search(text)
        or _WISH.search(text)
        or (match is None and own is None)
    ):
        return []
    if match is None and _QUESTION.search(text):
        return []
    who = "speaker" if match is None else context.people.resolve(match["name"])
    work = re.search(
        r"(?:\b(?:to|for|on|of|with)\s+(?P<ing>[a-z]+ing\s[^.?!]+)|(?:\bto\s+|:\s*)(?P<task>[a-z]+\s[^.?!]+))", rest
    )
    task = rest if work is None else work["task"] or imperative(work["ing"])
    task = re.sub(rf"(?:^|,)\s*{name}\s*(?:,|$)", "", task).strip(" ,")
    if re.match(rf"(?i){_TALK}", task):
        return []
    made = _task(who, task, _BY_DUE, "asked" if match else "undertaken")
    return [Task(made.who, made.what, when, made.score, made.status)]


_BY_DUE = 0.77  # given, and marked


def _comma(text: str, name: str, context: Context) -> list[Task]:
    """ "Marcus, software workaround in the field by the 21st of September." """
    needed = re.match(
        rf"{name}[,:]\s+(?:I['’]ll |I |we['’]ll |we |you (?:still |also )?)(?:need|want|owe (?:us|me))\s+(?P<task>[^.?!]+)",
        text,
    )
    if needed is not None:
        task = re.sub(r"(?i)\s+from you\b", "", needed["task"])
        return (
            []
            if re.match(r"(?i)(?:to|you|it|that|this)\b", task)
            else [_needed(context.people.resolve(needed["name"]), task)]
        )
    match = re.match(rf"{name}[,:]\s+(?P<task>[a-z][^.?!]+)\.?$", text)
    if match is None or not (cut_deadline(match["task"], "en")[2] or re.match(VERBS, match["task"])):
        return []
    return [_task(context.people.resolve(match["name"]), match["task"], 0.8, "asked")]


def _needed(who: str, words: str) -> Task:
    """ "Hugh, I need the ratings by Friday": what is needed is the task."""
    return _with(_task(who, words, 0.9, "asked"), 0.9)


def _of_speaker(text: str, context: Context) -> list[Task]:
    """Who speaks takes something over."""
    if _QUESTION.search(text) and not re.match(r"(?i)let me", text):
        return []
    for part in _clauses(text):
        for shape, score in _SELF:
            match = shape.match(part)
            if match is None or _NEGATED.search(match[0]):
                continue
            task = match["task"]
            if _STATE.match(task) or re.match(rf"(?i)(?:also |then |just )?{_TALK}", task):
                continue
            made = _task("speaker", task, score, "undertaken")
            plain = cut_deadline(task, "en")[2]
            if re.match(rf"(?:also |then |just |quickly )?{VERBS}", task) and not made.vague:
                score = max(score, 0.7)
            score += 0.3 if plain else 0.1 if made.when or context.asked else 0.0
            if re.match(r"(?i)we", part) and not plain:
                score -= 0.4
            if made.vague and part != text:  # "I've got two floodlights, I can bring those."
                told = text[: text.find(task)].rsplit(",", 1)[0].strip(" ,;")
                made = Task(made.who, f"{made.what} ({told})", made.when, made.score, made.status)
            elif made.vague and not (plain or context.asked):
                score -= 0.1 if made.when and re.match(VERBS, task) else 0.3
            if _SOON.fullmatch(part.strip()) and not part.lower().startswith("we"):
                score = max(score, _LIKELY)
            return [_with(made, min(1.0, score)), *_and_more(match, task, part, "speaker", context)]
    return []


def _of_nobody(text: str, context: Context) -> list[Task]:
    """A request to whoever answers ("Can you send it by Friday?"), or work without a name."""
    who = re.match(
        r"(?i)^who(?:['’]s going to|['’]ll| is going to| can| will| could| wants to| would(?: like to)?| takes care of| has time to)\s+(?P<task>[a-z][^.?!]+)\?",
        text,
    )
    if who and not _STATE.match(who["task"]) and not re.match(rf"(?i){_TALK}", who["task"]):
        return [_task("next", who["task"], 0.6, "asked")]
    tagged = re.match(
        rf"^(?P<task>(?i:{VERBS})[^.?!]*?),\s*(?:will|would|can|could|won['’]t) you\b", text[:1].lower() + text[1:]
    )
    if tagged:
        return [_task("next", tagged["task"], 0.8, "asked")]
    order = re.match(rf"(?i)^(?P<task>{VERBS}(?=[^.?!]*\bplease\b)[^.?!]+)", text)
    if order and not re.match(rf"(?i){_TALK}", order["task"]) and not _STATE.match(order["task"]):
        words = re.sub(r"(?i),?\s+please\b", "", order["task"])
        return [_task("last", words[:1].lower() + words[1:], 0.6, "asked")]
    request = re.match(rf"(?i)^{_ASK}\s+(?P<task>[^.?!]+)", text)
    if request and not _STATE.match(request["task"]):
        made = _task("next", request["task"], 0.6, "asked")
        return [_with(made, 0.8 if made.when else 0.6)]
    need = re.match(
        r"(?i)^(?:we|somebody|someone)\s+(?:need to|needs to|have to|has to|must|should)\s+(?P<task>[^.?!]+)", text
    )
    if need and cut_deadline(need["task"], "en")[2]:
        return [_task("", need["task"], 0.6, "asked")]
    return []


def _clauses(text: str) -> list[str]:
    parts = [
        text,
        *(
            _LEAD.sub("", p.strip())
            for p in re.split(r"(?:[,;:]\s+(?:and\s+|so\s+|but\s+)?|\s+(?:and|so|then)\s+)(?=I\b|I['’]|let me)", text)[
                1:
            ]
        ),
    ]
    return [p for p in parts if p]


def _and_more(match: re.Match[str], task: str, text: str, who: str, context: Context) -> list[Task]:
    """A second task of the same person behind "and will"."""
    del match, text, context
    second = re.search(r"\band (?:I['’]ll|I will|will|also)\s+(?P<task>[a-z][^.?!]+)", task)
    return [_task(who, second["task"], 0.7, "undertaken")] if second and not _STATE.match(second["task"]) else []


def _task(who: str, words: str, score: float, status: str) -> Task:
    words = re.split(r"\s+and (?:I['’]ll|I will|will)\s+", words)[0]
    rest, when, _ = cut_deadline(words, "en")
    what = _TAIL.sub("", rest.strip(" ,.;:-?!")).strip(" ,.;:-?!")
    what = re.sub(r"(?i)^(?:please|also|then|just|to|quickly|personally)\s+", "", what)
    what = re.sub(r"(?i)^(?:before I forget|by the way|one more thing)\W+", "", what)
    what = re.sub(r"\s{2,}", " ", what)
    alone = len(what.split()) < 2 and (who == "speaker" or what.lower() in _LIGHT or not what)
    alone = alone or re.match(r"[a-z]+ (?:it|that|this|them)(?: \w+)?$", what) is not None
    vague = alone or (_VAGUE.search(what) is not None and len(what.split()) <= 6)
    return Task(who, what, when, score, "undertaken" if status == "undertaken" else "asked", vague)


def _with(task: Task, score: float) -> Task:
    return Task(task.who, task.what, task.when, score, task.status, task.vague)


def imperative(words: str) -> str:
    """ "sending the quote" -> "send the quote", as well as rules can."""
    match = re.match(r"([a-z]+)ing\b(.*)", words.strip())
    if match is None:
        return words
    stem, rest = match.groups()
    if len(stem) > 3 and stem[-1] == stem[-2] and stem[-1] in "bdgmnprt":
        stem = stem[:-1]
    elif re.search(
        r"(?:[^aeiou][aeiou][cgsuvz]|[aeiou][^aeiouwxy]at|ang|rang|uc|iv|av|ov|ak|ar|pos|os|ir|ot|id|lish|in)$", stem
    ) and not re.search(r"(?:ish|ain|oin|ear|eak|ook|oos|een|ing|rain|ead)$", stem):
        stem += "e"
    return stem + rest


def _base_form(words: str) -> str:
    """ "changes the bill" -> "change the bill"."""
    verb, _, rest = words.partition(" ")
    if verb.endswith("ies"):
        verb = verb[:-3] + "y"
    elif re.search(r"(?:ss|sh|ch|x|zz|o)es$", verb):
        verb = verb[:-2]
    elif verb.endswith("s"):
        verb = verb[:-1]
    return f"{verb} {rest}"
