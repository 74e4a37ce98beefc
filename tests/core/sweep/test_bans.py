"""What somebody is told not to do stands in the minutes."""

from __future__ import annotations

import pytest

from tests.core.sweep.test_meeting import swept


@pytest.mark.parametrize(
    ("lang", "meant", "ban", "told"),
    [
        ("en", "I might offer them a two per cent rebate.", "Don't offer anything yet. Talk to Omar first.", "Don't offer anything yet."),
        ("ja", "取引先に値引きを申し出るつもりです。", "まだ値引きを申し出ないでください。", "まだ値引きを申し出ないでください。"),
    ],
)  # fmt: skip
def test_a_ban_on_what_was_meant(lang: str, meant: str, ban: str, told: str) -> None:
    items = swept(lang, "Ann Lee: First item, the launch." if lang == "en" else "Ann Lee: 発売の件です。", f"Bo Ray: {meant}", f"Ann Lee: {ban}", "Bo Ray: OK.")
    assert told.rstrip("。.") in [i.what.rstrip("。.") for i in items if i.kind == "decision"]


def test_a_phrase_is_no_ban() -> None:
    items = swept("en", "Bo Ray: I might forget the key.", "Ann Lee: Don't forget the key.", "Bo Ray: I will worry.", "Ann Lee: Don't worry about it.")
    assert not [i for i in items if i.kind == "decision"]
