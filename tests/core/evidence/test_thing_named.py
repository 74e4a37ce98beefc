"""Whether passages have the very thing of a question, so that "no passage says so" is no sure answer."""

from __future__ import annotations

import pytest

from tsel_core.evidence.locating.thing_named import names_the_thing

RULES = ["第8条　在宅勤務は週2日とする。ただし、製造部の従業員を除く。", "介護休暇は無給とする。"]
HANDBOOK = ["Laboratory staff may not work from home.", "The apprentices learn from the staff."]


@pytest.mark.parametrize(
    ("question", "texts", "named"),
    [
        ("介護休暇中に給料は出ますか？", RULES, True),
        ("製造部の社員はテレワークできますか？", RULES, True),
        ("育児休業中に給料は出ますか？", RULES, False),
        ("社員食堂はありますか？", RULES, False),
        ("本契約に社員食堂の定めはありますか？", ["本契約は東京で締結した。"], False),
        ("Can laboratory staff work from home?", HANDBOOK, True),
        ("Is there a tribunal for apprentices?", HANDBOOK, False),
        ("Does the agreement contain a liability cap?", ["The agreement contains ten clauses."], False),
    ],
)
def test_a_compound_or_two_words_name_it(question: str, texts: list[str], named: bool) -> None:
    assert names_the_thing(question, texts) is named
