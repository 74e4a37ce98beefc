"""docs/troubleshooting.md and .ja.md hold every message of the sources."""

from __future__ import annotations

import pytest

from tests.tools import error_pages


@pytest.mark.parametrize(("lang", "name"), [("en", "troubleshooting.md"), ("ja", "troubleshooting.ja.md")])
def test_the_page_is_what_the_sources_give(lang: str, name: str) -> None:
    kept = (error_pages.ROOT / "docs" / name).read_text("utf-8")
    assert kept == error_pages.page(lang), "write it anew: python -m tests.tools.error_pages"


def test_messages_are_found_with_their_remedies() -> None:
    rows = error_pages.rows()
    assert {1, 2, 5, 6} <= set(rows)
    pairs = [pair for found in rows.values() for pair in found]
    assert len(pairs) > 200
    assert sum(bool(hint) for _, hint in pairs) > 0.8 * len(pairs)
