# ruff: noqa: E501 (patterns)
"""A Japanese yes/no question and one sentence, by the way the sentence decides about what is asked (stance_ja.py)."""

from __future__ import annotations

import re
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import Asked, held_ja, squeezed
from tsel_core.trust.claims.parts.bounds import bound_of
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.parts.quantifiers import other_quantity
from tsel_core.trust.claims.parts.reading import Reading
from tsel_core.trust.claims.yes_no.differs import narrowing, only_allowed, other_role, other_value
from tsel_core.trust.claims.yes_no.stance_ja import ONLY_BY, StanceJa, stances_ja

_WHOLE, _HALF, _MOST = 0.999, 0.5, 0.6  # shares of what is asked that a sentence has
_BEGINNING = 2  # characters by which a word with kana is looked for
# 焼きそば in 焼きそばの出店は: what stands before a particle and has kana beside its other characters, or one character
_KANA = r"[\u3041-\u304b\u304d-\u306a\u306c\u306d\u3070-\u3077\u3079-\u3091\u3094-\u3096]"  # but が, に, の, は, へ and を
_THING = lazy_pattern(
    rf"(?:(?<=[、。のはがをにでとも])|^)([\u3400-\u9fff々]{{0,2}}(?:{_KANA}{{1,5}}[\u3400-\u9fff]{{0,2}}){{1,3}}|[\u3400-\u9fff])(?=[のはがをに])(?!はじめ)"
)
_NO_THING = lazy_pattern(r"^(?:いつ|どこ|どれ|どの|すべて|これ|それ|ここ|この|その|ほか|もの|こと|とき|ため|よう|まで|から|定め|決まり|誤り|取り?決め|[甲乙丙丁誰何次者物件文場方額日月年時前後間中内外上下本全旨他側同])$|以外|必要|義務|場合|な[くし]|[れえ]ば|される|する|した|こと$|ため$|さん$")
_VERB = lazy_pattern(r"(?<![\u3400-\u9fff々])([\u3400-\u9fff])(?:(?![はがをの])[\u3041-\u3096]){1,10}か[。．?？]*\s*$")
_ANY_VERB = "変出言思見成在有無来行為得要付設許認含除続増減上下決甲乙丙何誰"  # said of anything, or a sense of stance_ja.py
_MORE = lazy_pattern(r"以外|(?:他|別|ほか)の")


def by_stance_ja(asked: Asked, sentence: Sentence, clause: str) -> Reading | None:
    """Yes or no where a sentence has all that is asked and decides it; None where it does not."""
    ours, conditions = _asked_parts(asked)
    made = list(stances_ja(clause))
    if ours is None or not made or not (ours.runs or (conditions and ours.senses)):
        return None
    anchor = _anchor(ours, made)
    if anchor is None or says_of_another_verb(asked, f"{sentence.headings}{clause}", anchor):
        return None
    if _thing_lost(asked, f"{sentence.headings}{clause}{sentence.before if anchor.back else ''}"):
        return None
    own = f"{sentence.headings} {''.join(s.text for s in made)}"
    share = _share(ours, own)
    sign = _sign(asked, ours, anchor)
    if anchor.back:
        own_runs = "".join(s.text for s in made)
        if not any(_held(r, own_runs) and not _held(r, sentence.before) for c in (ours, *conditions) for r in c.runs):
            return None  # the exception is not what is asked about
        before = list(stances_ja(sentence.before)) or made[:1]
        earlier = [s for s in made[: made.index(anchor)] if not s.aside]
        turned = _anchor(ours, earlier or before)
        sign = -(turned.sign if turned is not None else 1)
        share = _share(ours, own + sentence.before)
    elif _HALF <= share < _WHOLE and re.match(r"\s*(?:ただし|この|その|当該|前項)", clause):
        share = _share(ours, own + sentence.before)
    bound = [s for s in made if s.aside and s is not anchor]
    told = all(_held(run, "".join(s.text for s in bound) or own) for c in conditions for run in c.runs)
    values = other_value(asked, clause) if asked.values else None
    if share < _WHOLE or not told or values is not None:
        return None
    role = other_role(asked, clause)
    if role:
        return _of_another(asked, ours, anchor, clause, role, share)
    meant = ours.senses - {"+leave", "+duty"}
    if not _same_modality(asked, ours, anchor) or (meant and not meant & anchor.senses and not anchor.back):
        return None
    if ours.sign != sign:
        return Reading("no", "negation", "", share) if conditions or anchor.back or not bound else None
    held = any(_held(run, anchor.text) for run in ours.runs) or bool(anchor.senses & ours.senses)
    if not held or other_quantity(asked.statement, clause) or _MORE.search(asked.question):
        return None
    if any(bound_of(asked.statement, v) == "over" for v in asked.values):
        return None
    narrowed = (narrowing(clause) or bool(bound)) and not narrowing(asked.question) and not conditions
    return Reading("yes", share=share, narrowed=narrowed)


def _of_another(asked: Asked, ours: StanceJa, anchor: StanceJa, clause: str, role: str, share: float) -> Reading | None:
    """What one party does is not the other's to do; what only one may do the other may not."""
    only = ONLY_BY.search(clause)
    does = anchor.sign > 0 and ours.sign > 0 and "+leave" not in ours.senses | anchor.senses and not asked.must
    if "/" in role and (does or (only is not None and anchor.sign > 0 and ours.sign > 0)):
        return Reading("no", "role", role, share)
    return None


def speaks_against_ja(asked: Asked, sentence: Sentence, clause: str, says: str) -> bool:
    """Whether the clause nearest to what is asked decides the other way than a reading by other rules has it."""
    ours, _ = _asked_parts(asked)
    made = list(stances_ja(clause))
    anchor = _anchor(ours, made) if ours is not None and made else None
    if ours is None or anchor is None or anchor.back or _share(ours, f"{sentence.headings} {clause}") < _MOST:
        return False
    if says_of_another_verb(asked, f"{sentence.headings}{clause}", anchor):
        return True
    if says == "yes" and _thing_lost(asked, f"{sentence.headings}{clause}"):
        return True
    return (ours.sign == _sign(asked, ours, anchor)) != (says == "yes")


def says_of_another_verb(asked: Asked, text: str, anchor: StanceJa) -> bool:
    """Whether a clause lacks the verb of the question, denies another, or has an opposite of what is not asked for.

    止めません says nothing of 動いていますか by itself, and 無償で作ります nothing of 済んでいますか.
    """
    ours, _ = _asked_parts(asked)
    if ours is None or anchor.back:
        return False
    verb = _VERB.search(asked.question.strip())
    if verb is not None and verb[1] not in _ANY_VERB and verb[1] not in text:
        return True
    if any(sense[0] != "+" for sense in anchor.against - ours.senses):
        return True
    return any(c not in asked.question and c not in _ANY_VERB for c in anchor.denied)


def _thing_lost(asked: Asked, text: str) -> bool:
    """Whether a sentence lacks a thing of the question that is no run of characters: 焼きそば, 写し, かき氷."""
    plain = squeezed(text)
    return any(squeezed(thing)[:_BEGINNING] not in plain and thing not in text for thing in _things(asked.question))


@lru_cache(maxsize=1)
def _things(question: str) -> tuple[str, ...]:
    """Words with kana before a particle, the verb at the end apart."""
    return tuple(w for w in _THING.findall(question) if not _NO_THING.search(w))


@lru_cache(maxsize=1)
def _asked_parts(asked: Asked) -> tuple[StanceJa | None, list[StanceJa]]:
    """What is asked, and the conditions under which."""
    parts = list(stances_ja(without(asked.statement, asked.values)))
    main = [s for s in parts if not s.aside and (s.runs or s.senses)]
    if not main:
        return None, []
    ours = main[-1]
    for other in main[:-1]:
        ours = StanceJa(ours.runs | other.runs, ours.sign, ours.senses | other.senses, ours.text)
    return ours, [s for s in parts if s.aside]


def _anchor(ours: StanceJa, made: list[StanceJa]) -> StanceJa | None:
    """The clause that says most of what is asked: of equal ones the last, where a Japanese sentence decides."""
    open_ones = [s for s in made if not s.aside]
    if not open_ones:
        return None
    back = next((s for s in open_ones if s.back), None)

    def worth(s: StanceJa) -> float:
        held = sum(_held(r, s.text) for r in ours.runs)
        return held + 1.5 * len(s.senses & ours.senses) + 0.1 * bool(s.senses)

    near = max(reversed([s for s in open_ones if not s.back] or open_ones), key=worth)
    if back is None or back is near:
        return near
    behind = "".join(s.text for s in made if s.aside) + back.text
    rest = "".join(s.text for s in open_ones if not s.back)
    return back if any(_held(r, behind) and not _held(r, rest) for r in ours.runs) else near


def _sign(asked: Asked, ours: StanceJa, anchor: StanceJa) -> int:
    """The clause's sign for what is asked: 非独占的 denies 独占的."""
    bare = (run.removesuffix("的") for run in ours.runs)
    denied = any(f"非{run}" in anchor.text and f"非{run}" not in asked.question for run in bare)
    return -anchor.sign if denied else anchor.sign


def _held(run: str, text: str) -> bool:
    if run.startswith("-"):
        return f"【{run[1:]}】" in text
    return held_ja(run, text) >= _WHOLE


def _share(ours: StanceJa, text: str) -> float:
    return sum(_held(run, text) for run in ours.runs) / len(ours.runs) if ours.runs else 1.0


def _same_modality(asked: Asked, ours: StanceJa, anchor: StanceJa) -> bool:
    """Leave that is given says nothing of a duty, and a duty denied nothing of leave."""
    if asked.must or "+duty" in ours.senses:
        return anchor.sign < 0 or not only_allowed(anchor.text)
    return not ("+duty" in anchor.senses and anchor.sign < 0 and "+leave" in ours.senses)
