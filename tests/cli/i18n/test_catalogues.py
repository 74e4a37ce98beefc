"""Catalogues of translations that are damaged: messages are English then, and nothing is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tsel_cli.i18n import catalogue


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the Japanese catalogues that the program reads instead of its own."""
    copy = tmp_path / "locale"
    shutil.copytree(catalogue.FOLDER, copy)
    monkeypatch.setattr(catalogue, "FOLDER", copy)
    return copy / "ja" / "LC_MESSAGES"


@pytest.mark.parametrize("content", [b'msgid "half', b"\xff\xfe\x00", b"no catalogue at all"])
def test_a_damaged_catalogue_takes_only_its_own_messages(folder: Path, content: bytes) -> None:
    whole = dict(catalogue.pairs("ja"))
    own = dict(catalogue.entries("ja", "errors"))
    (folder / "errors.po").write_bytes(content)
    left = dict(catalogue.pairs("ja"))
    assert own
    assert left.items() >= {k: v for k, v in whole.items() if k not in own}.items()
    assert len(left) < len(whole)


def test_a_catalogue_that_is_gone_is_no_error(folder: Path) -> None:
    for file in folder.glob("*.po"):
        file.unlink()
    assert dict(catalogue.pairs("ja")) == {}
