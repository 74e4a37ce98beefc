"""The parts of a Word file: the main document and what its relationships name."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tsel_core.errors import DocumentError
from tsel_core.ingest.safety.safe_zip import SafeZip, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MAIN = "officedocument"


def local(element: Any) -> str:
    """Name of an element without its namespace."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def val(element: Any, path: str | None = None, name: str = "val") -> str | None:
    """`w:val` (or another w: attribute) of the element, or of its child at `path` such as "pPr/pStyle"."""
    if element is not None and path:
        element = element.find(_qualified(path))
    return None if element is None else element.get(W + name)


@lru_cache(maxsize=256)
def _qualified(path: str) -> str:
    return "/".join(W + step for step in path.split("/"))


def is_on(element: Any, name: str) -> bool:
    """A toggle such as w:vanish: there, and not switched off."""
    child = None if element is None else element.find(W + name)
    return child is not None and (child.get(W + "val") or "1").lower() not in ("0", "false", "off", "none")


@dataclass
class Package:
    """A Word file's XML parts, parsed when asked for."""

    name: str
    zip: SafeZip
    main: str
    rels: dict[str, tuple[str, str]] = field(default_factory=dict)  # id -> (type's last word, target part)

    def xml(self, part: str) -> Any | None:
        """Root of a part, or None when the file has none of that name."""
        data = self.zip.read(part)
        return None if data is None or not data.strip() else parse_xml(self.name, part, data)

    def related(self, kind: str) -> list[str]:
        """Parts of the main document's relationships of a kind ("styles", "footnotes", ...)."""
        return [target for type_, target in self.rels.values() if type_ == kind]

    def related_xml(self, kind: str) -> Any | None:
        """Root of the first such part; where no relationship names it, of the part at its usual place."""
        for part in [*self.related(kind), f"word/{kind}.xml"]:
            root = self.xml(part)
            if root is not None:
                return root
        return None


def open_package(name: str, data: bytes, max_bytes: int) -> Package:
    """The file's package. Raises DocumentError when it is no Word file or its main part is missing."""
    archive = SafeZip(name, data, max_bytes)
    main = ""
    for type_, target in _relations(name, archive, "").values():
        if type_ == _MAIN:
            main = target
    if not main or archive.read(main) is None:
        main = next((n for n in ("word/document.xml", "word/document2.xml") if n in archive.names()), "")
    if not main:
        raise DocumentError(
            f"{name}: not a Word file, or a damaged one (no main document in it)",
            "open it in Word, let it repair the file, and save it again",
        )
    return Package(name, archive, main, _relations(name, archive, main))


def _relations(name: str, archive: SafeZip, part: str) -> dict[str, tuple[str, str]]:
    folder, base = posixpath.split(part)
    path = posixpath.join(folder, "_rels", base + ".rels")
    data = archive.read(path)
    if data is None:
        return {}
    found: dict[str, tuple[str, str]] = {}
    for relation in parse_xml(name, path, data):
        type_ = (relation.get("Type") or "").rstrip("/").rsplit("/", 1)[-1].lower()
        target = relation.get("Target") or ""
        if (relation.get("TargetMode") or "").lower() == "external":
            found[relation.get("Id") or ""] = ("external-" + type_, target)
            continue
        place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found[relation.get("Id") or ""] = (type_, place)
    return found
