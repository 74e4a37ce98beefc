"""What the program is made of: licences of third parties and a bill of materials (CycloneDX), from installed metadata.

    python -m tests.tools.supply_chain        writes tsel_cli/data/third_party.txt and tsel_cli/data/sbom.cdx.json

Made in an environment that was installed with constraints.txt; both files go into the wheel. What counts is what the
program needs at run time, the `serve` extra included, and what that needs in turn. A bill of a whole environment
(cyclonedx-py environment) would name the tools of the tests too; its validator is what tests hold this one against.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
import uuid
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
LICENCES, BILL = ROOT / "tsel_cli/data/third_party.txt", ROOT / "tsel_cli/data/sbom.cdx.json"
EXTRAS = ("serve",)
LONGEST = 30_000  # characters of one licence text; longer ones (PyTorch, NumPy, Pillow) lie beside the package itself
_TEXT = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
_SPDX = re.compile(r"[A-Za-z0-9.+-]+(?: (?:AND|OR|WITH) [A-Za-z0-9.+-]+)*")
_LOOSE = {"MIT License": "MIT", "BSD": "BSD-3-Clause", "BSD License": "BSD-3-Clause", "Apache 2.0 License": "Apache-2.0", "ISC License": "ISC", "Apache Software License": "Apache-2.0"}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """A distribution that the program needs."""

    name: str
    version: str
    licence: str
    home: str
    texts: tuple[str, ...] = ()
    needs: frozenset[str] = field(default_factory=frozenset)


def parts() -> list[Part]:
    """Everything that is installed with the program, by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in EXTRAS:
        wanted += project["optional-dependencies"][extra]
    found: dict[str, Part] = {}
    for text in wanted:
        _walk(Requirement(text), found)
    return [found[name] for name in sorted(found)]


def plain(name: str) -> str:
    """A name as the package index writes it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _walk(requirement: Requirement, found: dict[str, Part]) -> None:
    name = plain(requirement.name)
    if name in found or (requirement.marker is not None and not requirement.marker.evaluate({"extra": ""})):
        return
    try:
        installed = distribution(requirement.name)
    except PackageNotFoundError:
        return
    needs = [Requirement(text) for text in installed.requires or ()]
    extras = [{"extra": extra} for extra in (*requirement.extras, "")]
    needs = [r for r in needs if r.marker is None or any(r.marker.evaluate(e) for e in extras)]
    found[name] = _part(name, installed, frozenset(plain(r.name) for r in needs))
    for need in needs:
        need.marker = None
        _walk(need, found)


def _part(name: str, installed: Distribution, needs: frozenset[str]) -> Part:
    about = installed.metadata
    urls = [url.partition(",")[2].strip() for url in about.get_all("Project-URL") or ()]
    home = about.get("Home-page") or next(iter(urls), "")
    texts = []
    for file in installed.files or ():
        if "dist-info" in str(file) and _TEXT.search(file.name) and Path(str(file.locate())).is_file():
            texts.append(Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").strip())
    version = installed.version.partition("+")[0]  # without the kind of build
    return Part(name, version, _licence(installed), home, tuple(sorted(set(texts))), needs)


def _licence(installed: Distribution) -> str:
    """Its SPDX expression, as far as the metadata gives one."""
    about = installed.metadata
    told = about.get("License-Expression") or about.get("License") or ""
    if told and len(told) < 80:
        return _LOOSE.get(told, told)
    classes = [c.rpartition(" :: ")[2] for c in about.get_all("Classifier") or () if c.startswith("License ::")]
    named = [_LOOSE.get(c, c) for c in classes if c != "OSI Approved"]
    return " AND ".join(dict.fromkeys(named)) or "see its text"


def licences_text(found: list[Part]) -> str:
    """A list, and each text once."""
    lines = ["Third-party software that is installed with tsel", "=" * 48, ""]
    lines += ["None of it is part of this distribution; the package index delivers it. Models: see NOTICE.", ""]
    lines += [f"{p.name} {p.version}: {p.licence} {p.home}".rstrip() for p in found]
    texts: dict[str, tuple[str, list[str]]] = {}  # by its words: copies differ in white space
    for part in found:
        for text in part.texts:
            if len(text) <= LONGEST:
                texts.setdefault(" ".join(text.split()), (text, []))[1].append(part.name)
    for text, names in texts.values():
        lines += ["", "-" * 100, ", ".join(names), "-" * 100, "", text]
    left = [p.name for p in found if any(len(t) > LONGEST for t in p.texts) or not p.texts]
    lines += ["", "-" * 100, f"The texts of {', '.join(left)} lie in their own installed folders."]
    return "\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n"


def bill(found: list[Part]) -> dict[str, Any]:
    """CycloneDX 1.6. Its number comes from its content: the same parts give the same file."""
    from tsel_core.version import __version__

    def reference(name: str) -> str:
        part = next(p for p in found if p.name == name)
        return f"pkg:pypi/{name}@{part.version}"

    names = {p.name for p in found}
    components = [
        {
            "type": "library",
            "bom-ref": reference(p.name),
            "name": p.name,
            "version": p.version,
            "purl": reference(p.name),
            **({"licenses": [_license_json(p.licence)]} if p.licence != "see its text" else {}),
        }
        for p in found
    ]
    root = f"pkg:pypi/tsel-reader@{__version__}"
    depends = [{"ref": reference(p.name), "dependsOn": sorted(reference(n) for n in p.needs & names)} for p in found]
    number = uuid.UUID(hashlib.sha256(json.dumps(components).encode()).hexdigest()[:32], version=4)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application", "bom-ref": root, "name": "tsel-reader", "version": __version__, "purl": root,
                "licenses": [{"license": {"id": "Apache-2.0"}}],
            }
        },
        "components": components,
        "dependencies": [{"ref": root, "dependsOn": sorted(c["bom-ref"] for c in components)}, *depends],
    }  # fmt: skip


def _license_json(licence: str) -> dict[str, Any]:
    if _SPDX.fullmatch(licence) and " " in licence:
        return {"expression": licence}
    return {"license": {"name": licence}}


def main() -> None:
    """Write both files."""
    found = parts()
    LICENCES.write_text(licences_text(found), encoding="utf-8", newline="\n")
    BILL.write_text(json.dumps(bill(found), indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
