"""A summary in a style of the user's own: its sections from the items of a sweep and from answers to its questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from tsel_core.answer import Answer, Citation
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.prompts.styles import OwnSection, OwnStyle
from tsel_core.prompts.tasks import Style, Task, ask_task, summary_task
from tsel_core.sweep.coverage import output_coverage
from tsel_core.sweep.item import Item
from tsel_core.text.language import Lang
from tsel_core.text.sentences import split_sentences

Ask = Callable[[Task], Answer]
_NONE = {"en": "- none stated", "ja": "- 記載なし"}
_UNSURE = {"en": "{} (unsure)", "ja": "{}（要確認）"}
_MARK = lazy_pattern(r"\s?\[(\d{1,3})\]")


def own_summary(task: Task, style: OwnStyle, ask: Ask) -> Answer:
    """The summary; `ask` answers a task on the documents."""
    swept = ask(summary_task(_base(style), task.answer_lang)) if style.kinds else None
    answers = {s.question: ask(ask_task(s.question, task.answer_lang)) for s in style.sections if s.question}
    made = _Made(task.lang)
    for section in style.sections:
        if section.question:
            made.answered(section, answers[section.question])
        elif swept is not None:
            made.listed(section, swept)
    whole = [a for a in (swept, *answers.values()) if a is not None]
    return made.answer(whole)


def _base(style: OwnStyle) -> Style:
    """The style whose sweep finds the kinds that are wanted."""
    return "report" if style.kinds & {"point", "fact"} else "minutes"


@dataclass
class _Made:
    """What was put together so far."""

    lang: Lang
    parts: list[str] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)

    def listed(self, section: OwnSection, swept: Answer) -> None:
        """Items of the kinds that a section wants."""
        lines = []
        numbers = []
        for item in swept.extra["items"]:
            wanted = not section.facts or item["kind"] != "fact" or item["name"] in section.facts
            if item["kind"] in section.items and wanted:
                cited = [c for c in swept.citations if c.id == item["citation"]]
                text = f"{item['title']}: {item['text']}" if item["title"] else item["text"]
                text = _UNSURE[self.lang].format(text) if item["verdict"] == "unsure" else text
                numbers.append(len(self.items))
                marks = self._cite(cited)
                self.items.append({**item, "citation": self.citations[-1].id if cited else None})
                lines.append(f"- {text}{marks}")
        self._close(section, lines, numbers)

    def answered(self, section: OwnSection, answer: Answer) -> None:
        """The answer to a section's question as an item; none where the document does not say."""
        if not answer.found:
            self._close(section, [], [])
            return
        bare = _MARK.sub("", answer.text).strip()
        doubted = any(c["verdict"] != "supported" for c in answer.extra.get("claims") or ())
        sure = not doubted and answer.extra.get("confidence") != "unsure"
        text = bare if sure else _UNSURE[self.lang].format(bare)
        marks = self._cite(answer.citations)
        first = answer.citations[0] if answer.citations else None
        unit = None if first is None else answer.documents[first.doc_index].units[first.unit_index]
        self.items.append(
            {
                "kind": "answer",
                "name": None,
                "who": None,
                "what": bare,
                "when": None,
                "status": "stated",
                "section": section.question,
                "label": first.label if first else "",
                "file": first.file if first else "",
                "speaker": unit.speaker if unit else None,
                "start_s": unit.time_at(first.start) if unit and first else None,
                "quote": first.quote if first else "",
                "citation": self.citations[-len(answer.citations)].id if first else None,
                "verdict": "supported" if sure else "unsure",
                "instead_of": None,
                "text": bare,
                "title": None,
            }
        )
        self._close(section, [f"{text}{marks}"], [len(self.items) - 1])

    def _cite(self, cited: Sequence[Citation]) -> str:
        """The marks of citations, which are taken over with numbers of their own."""
        begin = len(self.citations) + 1
        self.citations += [replace(c, id=n) for n, c in enumerate(cited, begin)]
        return " " + "".join(f"[{n}]" for n in range(begin, len(self.citations) + 1)) if cited else ""

    def _close(self, section: OwnSection, lines: Sequence[str], numbers: Sequence[int]) -> None:
        colon = "：" if self.lang == "ja" else ":"
        self.parts += [f"{section.heading}{colon}", *(lines or [_NONE[self.lang]]), ""]
        notes = [] if lines else [_NONE[self.lang].removeprefix("- ")]
        self.sections.append({"heading": section.heading, "items": list(numbers), "notes": notes})

    def answer(self, whole: Sequence[Answer]) -> Answer:
        """All of it as one answer; what is known of the run is that of its first task."""
        text = "\n".join(self.parts).strip()
        first = whole[0]
        extra = {k: v for k, v in first.extra.items() if k not in ("confidence", "quarantine", "evidence")}
        extra |= {"items": self.items, "sections": self.sections, "claims": [], "facts": [], "nearest": []}
        extra["support"] = {"verdict": "supported", "why": "", "question_share": None, "question_label": None}
        shown = [Item("point", "", (c.span,)) for c in self.citations]
        extra["output_coverage"] = {**output_coverage(first.documents, shown).as_json(), "items": len(self.items)}
        stops = [a.stop_reason for a in whole if a.stop_reason != "end"]
        return replace(
            first,
            text=text,
            extra=extra,
            citations=_placed(self.citations, text),
            found=True,
            warnings=list(dict.fromkeys(w for a in whole for w in a.warnings)),
            completion_tokens=sum(a.completion_tokens for a in whole),
            stop_reason=stops[0] if stops else "end",
            exit_code=130 if "interrupted" in stops else 0,
        )


def _placed(citations: Sequence[Citation], text: str) -> list[Citation]:
    """Citations with the sentences of the text that carry their marks."""
    spans = split_sentences(text)
    made = []
    for citation in citations:
        at = text.index(f"[{citation.id}]")
        where = tuple(n for n, (lo, hi) in enumerate(spans) if lo <= at < hi) or (0,)
        made.append(replace(citation, sentence_index=where[0], sentences=where))
    return made
