"""What stands beside the speech in a transcript's JSON is not read, and said."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.core.ingest.formats.test_kinds import flow, read

SPEECH = [
    {"speaker": "Kim", "start": 1.0, "text": "The penalty clause is not agreed and stays open until the next meeting."},
    {"speaker": "Lee", "start": 9.0, "text": "I will ask the landlord for five years and tell you on Monday."},
]
SUMMARY = "The parties agreed on a penalty of three percent and on a term of five years."


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ({"summary": SUMMARY}, 1),
        ({"summary": {"overview": SUMMARY, "action_items": f"**Kim** {SUMMARY[::-1]}"}}, 2),
        ({"text": " ".join(str(s["text"]) for s in SPEECH)}, 0),
        ({"title": "Lease", "audio": "https://example.org/" + "a b" * 30}, 0),
    ],
)
def test_other_texts_of_the_file_are_counted(more: dict[str, Any], count: int) -> None:
    document = read(json.dumps({"segments": SPEECH, **more}).encode(), "a.json")
    assert len(flow(document)) == 2
    assert document.metadata.get("left_out", {}).get("text", 0) == count
    assert any("no speech were not read" in w for w in document.warnings) is bool(count)
