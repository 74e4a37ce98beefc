"""What became of each question of a meeting (blocks.py): decided, turned down, or left open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.deadlines import find_deadline
from tsel_core.sweep.item import Item, Status
from tsel_core.sweep.meetings import actions_en, actions_ja
from tsel_core.sweep.meetings.blocks import Block, Blocks, Move
from tsel_core.sweep.meetings.decisions import decision_words
from tsel_core.sweep.meetings.deliberations import says_nothing
from tsel_core.sweep.meetings.nods import is_nod
from tsel_core.sweep.meetings.openings import is_spontaneous
from tsel_core.sweep.meetings.pointed import pointed, requested
from tsel_core.sweep.meetings.walk import Walk
from tsel_core.sweep.sentences import Sentence
from tsel_core.sweep.text import behind
from tsel_core.trust.passages import features

_SCORE = 0.8  # given, and marked
_PLAIN = 0.9
_LIKELY = 0.75  # of an echo
_TASK = 0.75
_LEAST_PEOPLE = 3  # of a talk that somebody leads
_FEW = {"en": 4, "ja": 12}  # words, characters that say too little by themselves
_BARE = {"en": 22, "ja": 9}  # characters of words that only say yes
_SPEECH = {"en": 80, "ja": 40}  # characters of a sentence, on average, from which on people give speeches
_TAKES = lazy_pattern(
    r"(?i)(?:(?:ok(?:ay)?|yes|sure|fine)\W+)?I(?:['’]ll| will| can)\b|(?:はい、)?(?:私が|やって|し)(?:おき|やり)?ます"
)
_BACK = 12  # sentences in which the proposal is looked for that a yes means


def outcome_items(walk: Walk) -> tuple[list[Block], list[Item]]:
    """The questions of a talk and an item for each that came to something; nothing for free talk."""
    speakers = {s.speaker for s in walk.sentences if s.speaker}
    said = [len(s.text) for s in walk.sentences if s.speaker]
    if not said or sum(said) > _SPEECH[walk.lang] * len(said):
        return [], []  # a hearing: people put questions and give speeches, and settle nothing
    if is_spontaneous(walk.sentences) or len(speakers) < _LEAST_PEOPLE or not walk.people.chair:
        return [], []
    cut = Blocks(walk.sentences, walk.lang, walk.people.chair, *_tasks(walk))
    blocks = cut.found()
    return blocks, [item for block in blocks for item in _of_block(walk, cut, block)]


def _tasks(walk: Walk) -> tuple[dict[int, bool], set[int]]:
    """Sentences that plainly give or take work (whether who speaks takes it), and those that may."""
    words = actions_ja if walk.lang == "ja" else actions_en
    plain: dict[int, bool] = {}
    may: set[int] = set()
    for at, sentence in enumerate(walk.sentences):
        walk.at = at
        tasks = words.find_tasks(sentence.text, walk) if not sentence.cells else []
        if tasks or _TAKES.match(sentence.text) or words.UNREAL.search(sentence.text):
            may.add(at)
        if actions_en.PROMISES.match(sentence.text):
            may.add(at)
            plain[at] = True
        if any(t.score >= _TASK or t.when for t in tasks):
            plain[at] = tasks[0].who == "speaker"
    return plain, may


def _of_block(walk: Walk, cut: Blocks, block: Block) -> list[Item]:
    """The last of each kind of move counts; what is put off after something was settled is another matter."""
    last: dict[Move, int] = {
        move: at for at, move in block.moves if move in ("settles", "accepts", "refuses", "defers")
    }
    settled, accepted = last.get("settles", -1), last.get("accepts", -1)
    meant = _meant(walk, cut, block, accepted, settled) if accepted > settled else None
    if meant is not None:
        return [_decision(walk, cut, block, meant, accepted), *_later(walk, cut, block, last, accepted)]
    if settled >= 0:
        turn = walk.sentences[settled].turn
        together = [at for at, move in block.moves if move == "settles" and walk.sentences[at].turn == turn]
        return [*(_decision(walk, cut, block, at, at) for at in together), *_later(walk, cut, block, last, settled)]
    return _later(walk, cut, block, last, block.begin)


def _later(walk: Walk, cut: Blocks, block: Block, last: Mapping[Move, int], settled: int) -> list[Item]:
    """What was turned down or put off behind the place where something was settled."""
    refused, deferred = last.get("refuses", -1), last.get("defers", -1)
    if refused > max(settled, deferred):
        return [_item(walk, cut, block, refused, "rejected")]
    if deferred > settled and (block.strong or _talked_over(walk, block)):
        return [_item(walk, cut, block, deferred, "open")]
    return []


def _talked_over(walk: Walk, block: Block) -> bool:
    """Whether at least two people said something to a question."""
    return len({walk.sentences[at].speaker for at, _ in block.moves}) > 1 and len(block.moves) > 2


def _meant(walk: Walk, cut: Blocks, block: Block, at: int, settled: int = -1) -> int | None:
    """What a yes means: the last proposal before it, else the last statement that holds something new.

    Nothing that stands before another end of the question, and no mere statement once something was `settled`; None
    where the yes answers a task.
    """
    ends = [n for n, move in block.moves if n < at and move in ("refuses", "defers")]
    if at - 1 in cut.may_task:
        return None
    title = set(cut.held[block.begin])
    stated: int | None = None
    for n in range(at - 1, max(block.begin, at - _BACK, settled, *ends), -1):
        sentence = walk.sentences[n]
        told = {f for f in cut.held[n] if f not in title}
        idle = is_nod(sentence, walk.lang) or cut.words.asks_all.search(sentence.text) or n in cut.may_task
        idle = idle or cut.words.idle.search(sentence.text)
        if not told or idle or cut.words.wonders.search(sentence.text):
            continue
        if cut.words.proposes.search(sentence.text):
            return n
        if stated is None and not cut.words.doubts.search(sentence.text):
            stated = n
    if settled >= 0:
        return None
    opens = not ends and not cut.words.wonders.search(walk.sentences[block.begin].text)
    return stated if stated is not None else block.begin if opens else None


def _decision(walk: Walk, cut: Blocks, block: Block, at: int, decided: int) -> Item:
    """What was decided, in the words that name it; words that name nothing get the proposal they mean."""
    said = walk.sentences[at]
    what = decision_words(said.text, walk.lang)
    evidence = [said.span]
    if decided != at:
        yes = walk.sentences[decided]
        evidence.append(yes.span)
        long = len(yes.text) > 8 if walk.lang == "ja" else len(yes.text.split()) > 2
        if long and not cut.words.asks.search(yes.text):
            what = behind(what, yes.text, walk.lang)
    elif cut.taken_up(at, block) <= 0 or cut.words.points.search(said.text):
        meant = pointed(walk, cut, block, at)
        meant = meant if meant is not None else _meant(walk, cut, block, at)
        if meant is not None and meant > block.begin:
            what = behind(what, walk.sentences[meant].text, walk.lang)
            evidence.append(walk.sentences[meant].span)
    status: Status = "changed" if block.again else "decided"
    return Item("decision", what, tuple(evidence), said.speaker, "", status, block.title, score=_SCORE)


def _item(walk: Walk, cut: Blocks, block: Block, at: int, status: Status) -> Item:
    said = walk.sentences[at]
    what = decision_words(said.text, walk.lang)
    few = len(said.text) if walk.lang == "ja" else len(said.text.split())
    after = _next(walk, said)
    if few < _FEW[walk.lang] and after is not None and status == "rejected":
        what = f"{said.text} {after.text}" if walk.lang == "en" else said.text + after.text
    if status == "rejected" and walk.lang == "en" and few >= _FEW["en"]:
        what = said.text  # with its "no"
    what = what.strip(" 。")
    if status == "open":
        what = behind(block.title, what, walk.lang)
        return Item("open", what, (said.span,), "", "", status, block.title, score=_SCORE)
    asked = requested(walk, cut, block, at)
    evidence = [said.span]
    if asked is not None and not set(cut.held[at]) & set(cut.held[asked]):
        what = behind(what, walk.sentences[asked].text, walk.lang)
        evidence.append(walk.sentences[asked].span)
    return Item("decision", what, tuple(evidence), said.speaker, "", status, block.title, score=_SCORE)


def _next(walk: Walk, said: Sentence) -> Sentence | None:
    after = walk.sentences[said.index + 1] if said.index + 1 < len(walk.sentences) else None
    return after if after is not None and after.turn == said.turn else None


def with_outcomes(walk: Walk, found: Sequence[Item]) -> list[Item]:
    """The candidates with what the questions came to: words of deciding go before, mere echoes stand back."""
    blocks, items = outcome_items(walk)
    at_of = {s.span: s.index for s in walk.sentences}
    block_of = {n: number for number, b in enumerate(blocks) for n in range(b.begin, b.end)}
    opens = {b.begin for b in blocks if b.form > 0 and not b.again}
    ends: dict[int, list[Item]] = {}
    for item in items:
        ends.setdefault(block_of[at_of[item.place]], []).append(item)
    kept: list[Item] = []
    dropped = [e for e in items if _is_out(e) and _in_a_change(e, found, walk)]
    for item in found:
        number = block_of.get(at_of.get(item.place, -1), -1)
        turns_to = number in ends and at_of.get(item.place) in opens
        if item.kind == "decision" and item.score < _PLAIN and turns_to:
            continue  # an echo that only turns to the next question
        if item.kind == "action" or number not in ends:
            kept.append(item)
            continue
        here = next((e for e in ends[number] if item.place in e.evidence), None)
        bare = says_nothing(item.what, walk.lang) or len(item.what) < _BARE[walk.lang]
        if here is not None and here.place != item.place and here.kind == item.kind and (bare or item.score < _PLAIN):
            continue  # a mere yes, whose proposal is named in the other
        if here is not None:
            dropped.append(here)
            if item.kind == "open" == here.kind and not _names_it(item.what, here.section):
                item = replace(here, score=item.score, what=behind(here.section, item.what, walk.lang))
            elif item.score < _PLAIN:
                same = here.kind == item.kind and not (_is_out(item) and here.status == "decided")
                item = _with_words_of(here, item) if same else here
        elif item.kind == "decision" and _LIKELY <= item.score < _PLAIN and not _is_out(item):
            theirs = [e for e in ends[number] if e.kind == "decision" and not _is_out(e)]
            if theirs and all(at_of[e.place] >= at_of[item.place] for e in theirs):
                continue  # an echo of what was settled later
            dropped += theirs
        elif item.score < _PLAIN and item.status not in ("changed", "rejected") and _gives_way(item, ends[number]):
            continue  # an echo, or a proposal that seemed left over
        elif item.score >= _PLAIN:
            dropped += [e for e in ends[number] if e.kind == item.kind and _is_out(e) == _is_out(item)]
        kept.append(_named(item, blocks[number], walk, {i.section for i in kept if i.kind == "decision"}))
    settled = {i.section for i in kept if i.kind == "decision" and i.score >= _PLAIN}
    dropped += [e for e in items if e.section in settled and (e.kind == "open" or not _is_out(e))]
    tasks = [i for i in found if i.kind == "action" and i.score >= _TASK]
    work = {(i.who, span) for i in tasks for span in i.evidence if _not_before(span, i)}
    dropped += [e for e in items if e.kind == "decision" and not _is_out(e) and (e.who, e.place) in work]
    return kept + [i for i in items if i not in dropped]


def _not_before(span: SourceSpan, item: Item) -> bool:
    """Whether a sentence stands where an item does, or later: one before it only says what the task is about."""
    place = item.place
    return (span.doc_index, span.unit_index, span.start) >= (place.doc_index, place.unit_index, place.start)


def _with_words_of(here: Item, item: Item) -> Item:
    """A candidate with the words of what the question came to, where those also say what they point to."""
    more = item.what in here.what and len(here.what) > len(item.what)
    told = replace(item, what=here.what, evidence=here.evidence) if more and here.status == item.status else item
    return replace(told, score=max(item.score, here.score))


def _in_a_change(item: Item, found: Sequence[Item], walk: Walk) -> bool:
    """Whether what is turned down is only the old value of a change in the same turn."""
    turn_of = {s.span: s.turn for s in walk.sentences}
    turn = turn_of.get(item.place)
    return any(i.status == "changed" and turn_of.get(i.place) == turn for i in found)


def _names_it(words: str, title: str) -> bool:
    """Whether words hold some of a title's."""
    return bool(set(features(title)) & set(features(words)))


def _gives_way(item: Item, ends: Sequence[Item]) -> bool:
    """Whether an echo, or a proposal that seemed left over, is no more than what the question came to."""
    return item.kind == "open" or item.score < _SCORE or any(e.kind == "decision" for e in ends)


def _is_out(item: Item) -> bool:
    return item.status == "rejected"


def _named(item: Item, block: Block, walk: Walk, decided: set[str]) -> Item:
    """An item with the title of its question, unless its turn names another topic or an aside opened the block.

    A change keeps its topic when something was decided about that.
    """
    own = item.section.lower()
    turns = {s.turn for s in walk.sentences if s.span in item.evidence}
    said = " ".join(s.text.lower() for s in walk.sentences if s.turn in turns)
    since = walk.topics.index(item.section) if item.section in walk.topics else -1
    due = find_deadline(item.section, walk.lang)
    if not own or (due is not None and due[1] - due[0] >= len(own)):
        return replace(item, section=block.title)
    led = since >= 0 and walk.sentences[since].speaker == walk.people.chair
    keeps = (led and (own in said or since > block.begin)) or (since < 0 and own in said)
    keeps = keeps or (item.status == "changed" and item.section in decided) or (block.form < 2 and since < block.begin)
    return item if keeps else replace(item, section=block.title)
