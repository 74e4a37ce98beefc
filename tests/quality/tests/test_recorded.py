"""Answers recorded with a model are made again without it, word for word."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from tiny_folder import make_folder

from tests.quality.recorded import NotRecorded, again, questions, record

_PAPER = "1. The Tenant pays 40 euros a month.\n\n2. The Tenant shall not keep cats.\n\n3. The Landlord may visit on Mondays.\n"
_ITEMS = (
    "paper\tkind\tquestion\tgold\n"
    "one\texact\tHow much is the rent?\t40 euros | EUR 40\n"
    "one\tyesno\tMay the Tenant keep cats?\tno\n"
    "one\tabsent\tWho is the guarantor?\topen\n"
)


def test_replayed_answers_are_those_recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    (tmp_path / "one.txt").write_text(_PAPER, encoding="utf-8")
    (tmp_path / "items.tsv").write_text(_ITEMS, encoding="utf-8")
    asked = questions(tmp_path / "items.tsv")
    assert [q.kind for q in asked] == ["exact", "yesno", "absent"]
    record(asked, tmp_path, str(make_folder(tmp_path / "model")), "cpu", tmp_path / "out.pkl", 60.0)
    made = pickle.loads((tmp_path / "out.pkl").read_bytes())
    assert len(made) == len(asked)
    for one in made:
        assert one.answer is not None
        found = again(one)
        assert (found.text, found.extra["claims"]) == (one.answer.text, one.answer.extra["claims"])
    made[1].calls.clear()
    with pytest.raises(NotRecorded):
        again(made[1])
