"""Yes or no, true or false or not mentioned: decided by logits on the evidence, the words' share and the first answer.

No refusal is on offer to the model: "not mentioned" is said where the signs together say so, never because the model
wrote the sentence that it was given for that. Nothing here asks the model anything. Weights and limits were set on four
dev documents (docs/evidence.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.evidence.deciding.judge import Judgement
from tsel_core.evidence.locating.signs import LEAST_SHARE
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.asked_in import ASKS
from tsel_core.text.tongue import tongue_of

_YESNO_SHARE, _TRUTH_SHARE = 3.0, 4.0  # worth (nats) of the words' whole share in one place
MIDDLE = 0.5  # share that speaks neither for nor against
_SAID, _SAID_TRUE = 0.6, 0.2  # worth of the first answer's own Yes or No; "True" it says of nearly everything
_AS_WRITTEN, _OTHERWISE = 0.8, 1.5  # worth of values that are the document's (of some sentence), and of such as are not
_YES_FROM, _TRUE_FROM = 0.75, 0.9
_SURE = 0.6  # distance from the limit from which on a verdict is relied on
_AGAINST = -0.5  # lift of Yes from which on a clause that speaks of it says the opposite
_FALSE_FROM = 1.1  # lift of False from which on a statement is contradicted
_UNTRUE = -1.5  # lift of True from which on what is spoken of is contradicted: evidence seldom speaks so much against
_SPOKEN_OF = 0.45  # words' share from which on the evidence is about what is judged
_SURE_YES_SHARE, _SURE_NONE_SHARE = 0.35, 0.35  # a sure Yes is spoken of, what is surely not there is not
_SURE_UNTOLD_SHARE = 0.55  # the same where no clause of the document tells of the concept
_TOLD, _UNTOLD = 0.9, -0.7  # worth of a clause in the words of such clauses (evidence.locating.concepts), of none
_EXISTS = lazy_pattern(
    r"^(?:is|are|was|were) there\b"
    r"|^(?:does|do|did) (?:the|this) \w+ (?:contain|include|have|provide|award|mention|state|set)\b"
    r"|(?:定め|規定|記載|条項|取り決め|言及)(?:は|が)?(?:あり|存在し|され)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value`: yes or true (True), no or false (False), nothing of it in the document (None).

    `weight` is the sum of the signs (nats) above the limit; positive for yes and true.
    """

    value: bool | None
    sure: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What code finds of a question or statement in the document.

    `checked`: whether its values are those of the document (None: it has none). `told`: whether a clause has the
    words of clauses about the concept that is asked for (None: no known concept, or clauses say both).
    `denied`: whether a clause says the opposite of it, and none tells it. `plain`: what a sentence says to it in plain
    words (None: none does).
    """

    checked: bool | None = None
    told: bool | None = None
    denied: bool = False
    plain: bool | None = None

    @property
    def worth(self) -> float:
        """Nats for yes and true."""
        return _worth(self.checked) + (0.0 if self.told is None else _TOLD if self.told else _UNTOLD)


UNHEARD = Heard()


def decide_yesno(
    said: bool | None, judged: Judgement, share: float, question: str = "", heard: Heard = UNHEARD
) -> Verdict:
    """Of a yes/no question; `said` is the first answer's verdict, `share` the words' share in the best place.

    A Yes is sure only where a clause tells of the concept; a clause that denies it is a No.
    """
    weight = judged.lift() + _YESNO_SHARE * (share - MIDDLE) + _SAID * _sign(said) - _YES_FROM + heard.worth
    if heard.plain is not None:
        return Verdict(heard.plain, said in (None, heard.plain), weight)
    if heard.denied:
        return Verdict(False, said is not True, min(weight, 0.0))
    if weight >= 0 and (share >= LEAST_SHARE or heard.told):
        sure = weight >= _SURE and said is not False and share >= _SURE_YES_SHARE and heard.told is not False
        return Verdict(True, sure, weight)
    against = heard.checked is False or judged.lift() <= _AGAINST
    spoken = share >= _SPOKEN_OF and not _asks_for_clause(question.strip()) and heard.told is not False
    if spoken and (against or said is False):
        return Verdict(False, weight <= -_SURE and said is not True, weight)
    return Verdict(None, _surely_none(weight, share, said, heard), weight)


def _asks_for_clause(question: str) -> bool:
    """Whether it is asked if there is such a clause at all."""
    asks = ASKS.get(tongue_of(question))
    return (_EXISTS if asks is None else asks.exists).search(question) is not None


def decide_truth(
    said: bool | None, judged: Judgement, share: float, statement: str = "", heard: Heard = UNHEARD
) -> Verdict:
    """Of a statement that is true, false or not mentioned; its words are not looked at (`heard`: what code found)."""
    true, false, checked = judged.lift(0), judged.lift(1), heard.checked
    weight = true + _TRUTH_SHARE * (share - MIDDLE) + _SAID_TRUE * (said is True) - _TRUE_FROM + heard.worth
    if heard.plain is not None:
        return Verdict(heard.plain, said in (None, heard.plain), weight)
    if heard.denied:
        return Verdict(False, true <= 0, min(weight, 0.0))
    against = false - max(true, 0.0) + _TRUTH_SHARE * (share - MIDDLE) + _SAID * (said is False)
    if share < LEAST_SHARE and not heard.told:
        return Verdict(None, said is not True, weight)
    if checked is False:
        return Verdict(False, weight <= -_SURE and said is not True, weight)
    contradicted = false >= _FALSE_FROM and against >= _FALSE_FROM / 2 and against > weight
    untrue = true <= _UNTRUE and (false >= _FALSE_FROM or (share >= _SPOKEN_OF and false > 0))
    if contradicted or untrue:
        return Verdict(False, said is False and against >= _FALSE_FROM, weight)
    if weight >= 0:
        sure = weight >= _SURE and said is not False and share >= _SURE_YES_SHARE and heard.told is not False
        return Verdict(True, sure, weight)
    surely = _surely_none(weight, share, None if heard.told is False else said, heard)  # "True" of nearly everything
    return Verdict(None, surely, weight)


def _surely_none(weight: float, share: float, said: bool | None, heard: Heard) -> bool:
    if heard.told:  # a clause speaks of it: what the model makes of that is not certain
        return False
    limit = _SURE_NONE_SHARE if heard.told is None else _SURE_UNTOLD_SHARE
    return weight <= -_SURE and said is not True and share < limit


def _sign(said: bool | None) -> int:
    return 0 if said is None else 1 if said else -1


def _worth(checked: bool | None) -> float:
    return 0.0 if checked is None else _AS_WRITTEN if checked else -_OTHERWISE
