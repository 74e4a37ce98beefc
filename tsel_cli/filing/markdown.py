"""A summary as a Markdown file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tsel_cli.filing.paper import Entry, Paper, Section
from tsel_cli.filing.words import word
from tsel_core.lazy_pattern import lazy_pattern

_MARKUP = lazy_pattern(r"([\\`*_\[\]#|~]|&(?=#?\w+;))")
_BLOCK = lazy_pattern(r"^(\d{0,9})([-+>=.)])(?=\s|$|[-=])")  # a list, a quotation or a line under a heading


def markdown_file(paper: Paper) -> bytes:
    """The bytes of a .md; what is to be checked has a note under the last section."""
    return "\n".join(_Sheet(paper).lines()).encode("utf-8")


class _Sheet:
    def __init__(self, paper: Paper) -> None:
        self.paper = paper
        self.remarks: list[str] = []

    def lines(self) -> Iterator[str]:
        paper = self.paper
        yield f"# {plain(paper.headline)}"
        yield ""
        yield from (f"- **{label}:** {plain(value)}" for label, value in paper.head)
        if paper.topics:
            yield from ("", f"## {word('topics', paper.lang)}", "")
            yield from (f"{n}. {plain(t.text)}{_at(t)}" for n, t in enumerate(paper.topics, 1))
        for section in paper.sections:
            yield from ("", f"## {plain(section.heading)}", "") if section.heading else ("",)
            yield from self._section(section)
        if self.remarks:
            yield ""
            yield from (f"[^{n}]: {plain(' '.join(text.split()))}" for n, text in enumerate(self.remarks, 1))
        yield from ("", f"*{plain(' '.join(paper.foot))}*", "")

    def _section(self, section: Section) -> Iterator[str]:
        lang = self.paper.lang
        if section.kind == "action":
            missing = word("not_stated", lang)
            rows = [(e.who or missing, e.what, e.when or missing, e) for e in section.entries]
            yield from _table([word(n, lang) for n in ("who", "what", "when", "where")])
            for who, what, when, entry in rows:
                yield _row([plain(who), plain(what) + self._mark(entry), plain(when), plain(entry.place)])
        elif section.kind == "fact":
            yield from _table([word(n, lang) for n in ("fact", "words", "where")])
            for entry in section.entries:
                yield _row([plain(entry.title), plain(entry.text) + self._mark(entry), plain(entry.place)])
        else:
            for entry in section.entries:
                lead, end = ("", "\n") if entry.kind == "text" else ("- ", "")
                yield f"{lead}{plain(entry.text)}{self._mark(entry)}{_at(entry)}{end}"
        if section.entries and section.notes:
            yield ""
        yield from map(plain, section.notes)

    def _mark(self, entry: Entry) -> str:
        if not entry.remark:
            return ""
        self.remarks.append(entry.remark)
        return f"[^{len(self.remarks)}]"


def plain(text: str) -> str:
    """Words of a document as text: nothing of them is markup."""
    words = _MARKUP.sub(r"\\\1", " ".join(text.split())).replace("<", "&lt;")
    return _BLOCK.sub(r"\1\\\2", words)


def _at(entry: Entry) -> str:
    return f" ({plain(entry.place)})" if entry.place else ""


def _table(titles: Sequence[str]) -> Iterator[str]:
    yield _row(titles)
    yield _row(["---"] * len(titles))


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
