# ruff: noqa: E501 (patterns)
"""The courts of a contract told for its law, and its law for the courts."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_ASKS_LAW = lazy_pattern(r"\bgoverning law\b|\b(?:which|what|whose) laws?\b|\blaw (?:govern|appl)|\bgoverned by\b|準拠法|どの(?:国の)?法|何法|どこの(?:国の)?法", re.I)
_ASKS_COURTS = lazy_pattern(r"\b(?:which|what|whose) courts?\b|\bjurisdiction\b|\bvenue\b(?=.{0,80}\b(?:disputes?|litigation|lawsuits?|suits?|proceedings|claims?|courts?)\b)|管轄(?=.{0,30}裁判)|裁判管轄|合意管轄|(?:紛争|訴訟).{0,30}管轄|どの裁判所|どこの裁判所", re.I)
_PERHAPS_COURTS = lazy_pattern(r"^(?:what|where) is the venue\W*$|^(?:この契約の|本契約の|契約の)?(?:専属的?)?管轄は", re.I)  # in a contract
_LAW = lazy_pattern(r"\blaws?\b|\bgoverned\b|\bconstrued\b|\bstatutes?\b|\b(?:civil|commercial) code\b|準拠|(?![方用文作手療寸技論製工司])[\u3400-\u9fff]法(?=[をにが、。の\s]|$)|法律|法令", re.I)
_COURTS = lazy_pattern(r"\bcourts?\b|\bjurisdiction\b|\bvenue\b|\barbitra\w+|\btribunal\b|管轄|裁判所|仲裁", re.I)


def courts_for_law(question: str, sentence: str, *, contract: bool = False) -> str:
    """The word by which a sentence speaks of the courts where the law is asked for, or the other way round; "".

    A meeting has a venue, too, and a tax office a 管轄: the bare words ask for courts only in a `contract`.
    """
    law, courts = _ASKS_LAW.search(question), _ASKS_COURTS.search(question) or (contract and _PERHAPS_COURTS.search(question))
    if bool(law) == bool(courts):
        return ""
    wanted, instead = (_LAW, _COURTS) if law else (_COURTS, _LAW)
    found = instead.search(sentence)
    return found.group() if found is not None and wanted.search(sentence) is None else ""
