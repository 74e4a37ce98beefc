"""The date of the next meeting stands at the end of the minutes."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_meeting import swept
from tsel_core.sweep.meetings.minutes import write_minutes


@pytest.mark.parametrize(
    ("lang", "said", "line"),
    [
        ("en", "Perfect. Next meeting is on Monday the nineteenth at ten, not nine. Bye all.", "- Next meeting is on Monday the nineteenth at ten, not nine"),
        ("en", "We'll meet again on 3 June at nine.", "- We'll meet again on 3 June at nine"),
        ("ja", "次回は3月14日の10時からです。", "- 次回は3月14日の10時からです"),
    ],
)  # fmt: skip
def test_the_next_meeting_is_told(lang: str, said: str, line: str) -> None:
    heading = {"en": "Next meeting:", "ja": "次回："}
    lines = [w.text for w in write_minutes(swept(lang, f"Ann Lee: {said}"), "ja" if lang == "ja" else "en").lines]
    assert lines[lines.index(heading[lang]) + 1] == line


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "Send it to me before the next meeting on Monday."),
        ("en", "Is the next meeting on Monday?"),
        ("en", "The next meeting is important."),
        ("ja", "次回までに5月3日の資料を直します。"),
        ("ja", "次回の理事会の資料です。"),
    ],
)
def test_what_only_names_the_next_meeting_is_no_date_of_it(lang: str, said: str) -> None:
    assert not [i for i in swept(lang, f"Ann Lee: {said}") if i.name == "next meeting"]
