"""tsel compare: what a person sees, and a Word file whose changes can be accepted or rejected."""

from __future__ import annotations

import json
import re
from pathlib import Path

import docx
import pytest
from tiny_folder import make_folder

from tsel_cli.app import run
from tsel_core.ingest import ReadOptions, read_documents

OLD = [
    "1. The supplier delivers the lamps by 3 March 2027.",
    "2. The penalty for late delivery is 0.4 percent a day.",
    "3. Notices go by letter to the seat of the other party.",
    "4. The law of Denmark applies to this agreement.",
]
NEW = [
    "1. The supplier delivers the lamps by 3 March 2027.",
    "2. The penalty for late delivery is 0.8 percent a day.",
    "3. The law of Denmark applies to this agreement.",
    "4. Either party may end this agreement with two months' notice <now> & then.",
]


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    for name, texts in (("old.txt", OLD), ("new.txt", NEW)):
        (tmp_path / name).write_text("\n\n".join(texts), "utf-8")
    return str(tmp_path / "old.txt"), str(tmp_path / "new.txt")


def test_what_a_person_sees(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *files, "--no-model"]) == 0
    out, err = capsys.readouterr()
    assert "is [-0.4-]{+0.8+} percent" in out
    assert "values: 0.4 percent -> 0.8 percent" in out
    assert "removed     " in out
    assert "compared  by clause: 1 same, 1 changed, 1 renumbered, 1 added, 1 removed" in err
    assert "pieces    old 4 of 4, new 4 of 4; nothing left out" in err


def test_the_same_file_twice_is_said(files: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", files[0], files[0], "--no-model"]) == 2
    assert "are the same file" in capsys.readouterr().err


def test_in_japanese(files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = tmp_path / "rules.toml"
    rules.write_text('[[rule]]\nname = "違約金"\nwords = ["penalty"]\n', "utf-8")
    call = ["compare", *files, "--no-model", "--lang", "ja", "--playbook", str(rules)]
    assert run(call) == 0
    out, err = capsys.readouterr()
    assert "変更          3行目" in out
    assert "漏れはありません" in err
    for ending in ("html", "docx"):
        assert run([*call, "--out", str(tmp_path / f"c.{ending}")]) == 0
    page = (tmp_path / "c.html").read_text("utf-8")
    ours = re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL)
    for text in (*OLD, *NEW):
        for word in text.split():
            ours = ours.replace(word, " ")
    assert "条項ごとの比較: 古い版 4 件、新しい版 4 件。" in ours
    assert not re.search(r"\b(?:line|same|changed|added|removed|renumbered|Nothing|Values|Look)\b", ours)
    assert '<html lang="ja">' in page
    comments = [c.text for c in docx.Document(str(tmp_path / "c.docx")).comments]
    assert comments == ["注意: 違約金"]


def _texts(path: Path, changes: str) -> list[str]:
    document = read_documents([str(path)], ReadOptions(changes=changes))[0]  # type: ignore[arg-type]
    return [u.text for u in document.units if u.in_flow and u.text.strip()]


def test_a_word_file_is_the_new_text_accepted_and_the_old_one_rejected(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "both.docx"
    assert run(["compare", *files, "--no-model", "--out", str(out)]) == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert _texts(out, "accept") == NEW
    assert _texts(out, "reject") == OLD
    assert run(["compare", *files, "--no-model", "--out", str(out)]) == 2
    assert run(["compare", *files, "--no-model", "--out", str(out), "--overwrite"]) == 0


def test_the_page_escapes_what_documents_say(files: tuple[str, str], tmp_path: Path) -> None:
    out = tmp_path / "both.html"
    assert run(["compare", *files, "--no-model", "-q", "--out", str(out)]) == 0
    page = out.read_text("utf-8")
    assert "&lt;now&gt;" in page
    assert "<now>" not in page
    assert "<del>0.4</del><ins>0.8</ins>" in page
    assert "http" not in page.replace("http-equiv", "")


def test_the_model_says_what_a_change_means(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Path(files[1]).open("a", encoding="utf-8") as file:  # the other changes are told by rules
        file.write("\n\n5. Two copies of this agreement were made, one of them in Danish.")
    model = make_folder(tmp_path / "tiny")
    assert run(["compare", *files, "--model", str(model), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["model"]["name"]
    assert (content["schema_version"], content["command"], content["exit_code"]) == (1, "compare", 0)
    assert content["version"]
    assert content["complete"] is True
    said = [c["meaning"] for c in content["changes"] if c["kind"] in ("changed", "added", "removed")]
    assert len(said) == 4
    assert all(m is not None for m in said)


def test_changes_that_rules_tell_load_no_model(
    files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "other.txt"  # what the right to end the agreement means is left to the model
    other.write_text("\n\n".join([OLD[0], NEW[1], *OLD[2:]]), encoding="utf-8")
    assert run(["compare", files[0], str(other), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert content["model"] is None
    assert [c["meaning"]["text"] for c in content["changes"] if c["kind"] == "changed"] == [
        "“0.4 percent” becomes “0.8 percent” (0.4 percentage points more)."
    ]
    assert not any(c["meaning"]["unsure"] for c in content["changes"] if c.get("meaning"))


def test_wrong_calls_are_said(files: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["compare", *files, "--out", str(tmp_path / "a.pdf")]) == 2
    assert "compare writes .docx, .html or .json" in capsys.readouterr().err
    assert run(["compare", files[0]]) == 2
    assert run(["compare", files[0], str(tmp_path / "no.txt")]) == 1
