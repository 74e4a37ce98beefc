"""Headers and footers: each distinct text once, where the section that first shows it begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

from tsel_core.ingest.formats.page_numbers import without_page_number
from tsel_core.ingest.word.inline import InlineReader
from tsel_core.ingest.word.package import Package, R, W, is_on
from tsel_core.ingest.word.stories import story_text


class RunningTexts:
    """Headers and footers of the sections, in their order."""

    def __init__(self, package: Package, inline: InlineReader, document: Any) -> None:
        self._package = package
        self._inline = inline
        self._sections = list(document.iter(W + "sectPr"))
        self._at = 0
        self._taken: set[tuple[str, str]] = set()
        self._read: dict[str, str] = {}
        settings = package.related_xml("settings")
        self._even = settings is not None and is_on(settings, "evenAndOddHeaders")
        references = (s.find(f"{W}{kind}Reference") for s in self._sections for kind in ("header", "footer"))
        self._referred = any(found is not None for found in references)

    def next_section(self) -> None:
        """A section ended."""
        self._at += 1

    def take(self, kind: Literal["header", "footer"]) -> Iterator[str]:
        """Texts of this section's headers or footers that did not stand before: the first page's first."""
        for part in self._parts(kind):
            text = self._text(part)
            if text and (kind, text) not in self._taken:
                self._taken.add((kind, text))
                yield text

    def rest(self) -> Iterator[str]:
        """Texts of headers and footers that no page shows."""
        known = {text for _, text in self._taken}
        for kind in ("header", "footer"):
            for part in dict.fromkeys(self._package.related(kind)):
                text = self._text(part)
                if text and text not in known:
                    known.add(text)
                    yield text

    def _parts(self, kind: str) -> list[str]:
        if not self._referred:  # a file that names none in its sections: all that it has
            return list(dict.fromkeys(self._package.related(kind))) if self._at == 0 else []
        section = self._sections[self._at] if self._at < len(self._sections) else None
        found: dict[str, str] = {}
        for reference in () if section is None else section.iterfind(f"{W}{kind}Reference"):
            target = self._package.rels.get(reference.get(R + "id") or "", ("", ""))[1]
            found[reference.get(W + "type") or "default"] = target
        shown = {"first": is_on(section, "titlePg"), "default": True, "even": self._even}
        return [found[name] for name in ("first", "default", "even") if name in found and shown[name]]

    def _text(self, part: str) -> str:
        if part not in self._read:
            root = self._package.xml(part) if part else None
            self._inline.without_page_numbers = True
            text = story_text(root, self._inline) if root is not None else ""
            self._inline.without_page_numbers = False
            self._inline.end_story()
            self._read[part] = without_page_number(text)
        return self._read[part]
