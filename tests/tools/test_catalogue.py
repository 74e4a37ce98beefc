"""The catalogues are whole: every message and help text translated, placeholders agree, nothing stale."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest

from tests.tools import catalogue
from tsel_cli.i18n.catalogue import FOLDER, domains, languages


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_nothing_is_missing_or_stale(language: str) -> None:
    assert list(catalogue.problems(language)) == [], "python -m tests.tools.catalogue --update, then translate"


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The catalogues in a folder of the test's own."""
    for path in FOLDER.rglob("*.po"):
        target = tmp_path / path.relative_to(FOLDER)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    monkeypatch.setattr(catalogue, "FOLDER", tmp_path)
    monkeypatch.setattr("tsel_cli.i18n.catalogue.FOLDER", tmp_path)
    return tmp_path


def edited(folder: Path, domain: str) -> polib.POFile:
    return polib.pofile(str(folder / "ja/LC_MESSAGES" / f"{domain}.po"), wrapwidth=0)


def test_each_fault_is_named(copied: Path) -> None:
    po = edited(copied, "errors")
    next(e for e in po if "{path}" in e.msgid).msgstr = "なし"
    po.append(polib.POEntry(msgid="words that no source of ours ever held", msgstr="古い"))
    po.append(polib.POEntry(msgid="hint:", msgstr="二つ目"))
    po[0].msgstr = ""
    po.save()
    texts = edited(copied, "help")
    del texts[20]
    texts.append(polib.POEntry(msgid="An option that is gone.", msgstr="もうない"))
    texts.save()
    said = "\n".join(catalogue.problems("ja"))
    for fault in ("other placeholders", "the sources hold", "stands in", "not translated", "missing", "in no help page"):
        assert fault in said


def test_a_new_language_waits_for_its_translator(copied: Path) -> None:
    waiting = catalogue.update("de")
    assert domains("de") == domains("ja")
    assert waiting == sum(len(edited(copied, domain)) for domain in domains("ja")) > 1000
    assert sum("not translated" in wrong for wrong in catalogue.problems("de")) == waiting


def test_bringing_up_to_date_keeps_what_is_translated(copied: Path) -> None:
    before = {p.name: p.read_bytes() for p in (copied / "ja/LC_MESSAGES").glob("*.po")}
    assert catalogue.update("ja") == 0
    assert {p.name: p.read_bytes() for p in (copied / "ja/LC_MESSAGES").glob("*.po")} == before
