"""Summaries without a model, as the command has them before they are filed."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from tsel_core.answer import Answer, AttentionReport, Draft, Receipt
from tsel_core.document import Document, Unit
from tsel_core.progress import NoProgress
from tsel_core.prompts.tasks import Style, summary_task
from tsel_core.sweep.summary import summarize
from tsel_core.text.language import Lang

EN = (
    "Ann Lee: Good morning. Two points today: the parking fee and the new roof.",
    "Ann Lee: Let's talk about the parking fee.",
    "Bo Ray: I suggest 4 euros.",
    "Ann Lee: We agreed that the parking fee is 4 euros.",
    "Bo Ray: I will tell the guards by Monday.",
    "Ann Lee: Next point, the new roof.",
    "Bo Ray: The builder is late, as ever.",
    "Ann Lee: The question of who pays for the new roof remains open.",
)
JA = (
    "佐藤: それでは定例会議を始めます。本日は2026年5月7日です。議題は駐車料金、屋根の修理の2点です。",
    "佐藤: 駐車料金の件です。",
    "鈴木: 私の案は400円です。",
    "佐藤: では、駐車料金は400円に決定します。",
    "鈴木: 警備員への連絡は来週月曜までに私が行います。",
)


def transcript(*turns: str) -> tuple[Document, ...]:
    """A transcript of "Name: words" lines, a turn a second."""
    units = []
    for number, turn in enumerate(turns):
        speaker = turn.partition(": ")[0]
        units.append(Unit(number, "turn", f"{speaker} 00:00:{number:02}", turn, speaker=speaker, start_s=float(number)))
    return (Document("board.vtt", "0" * 64, "vtt", "turn", tuple(units)),)


def swept(documents: Sequence[Document], lang: Lang = "en", style: Style = "minutes") -> Answer:
    """The summary that code alone makes."""
    documents = tuple(documents)
    count = sum(d.num_units for d in documents)

    def describe(text: str, num_written: int, stop: str) -> Draft:
        report = AttentionReport("full", "full", "", 1, 1, 1, "", None, None, None)
        receipt = Receipt(100, 100, count, count)
        return Draft("summarize", text, lang, documents, {"name": "tiny"}, receipt, report, {}, 1, num_written, stop)

    prompt: Any = SimpleNamespace(documents=documents, task=summary_task(style, lang))
    return summarize(prompt, None, describe, NoProgress())
