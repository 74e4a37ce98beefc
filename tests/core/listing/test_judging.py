"""The question that a model is asked for each kind of list."""

from __future__ import annotations

from typing import Any, cast, get_args

import pytest

from tsel_core.listing.judging import AskedJudge
from tsel_core.listing.kinds import KINDS
from tsel_core.listing.wish import Wish
from tsel_core.text.language import Lang


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_question(kind: Any, lang: str) -> None:
    """`tsel list minutes.vtt 決定事項` ended in an unexpected error where the sweep alone could not tell."""
    assert lang in get_args(Lang)
    wish = Wish("the wish as asked", cast(Lang, lang), kind)
    asked = AskedJudge(cast(Any, None), wish).instruction
    assert ">>" in asked
    assert "{" not in asked
