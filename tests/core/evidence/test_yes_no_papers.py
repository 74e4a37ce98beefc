"""Yes/no questions on written papers: none is answered wrongly in plain words, and most are answered."""

from __future__ import annotations

import pytest

from tests.quality.yes_no.plain_eval import cases, measured


@pytest.mark.parametrize(("group", "least"), [("first", 78), ("second", 62), ("third", 47)])
def test_none_is_wrong(group: str, least: int) -> None:
    found = list(measured(cases(group)))
    assert [(case.question, says) for case, says, how in found if how == "wrong"] == []
    assert sum(how == "right" for _, _, how in found) >= least
