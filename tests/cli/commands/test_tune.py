"""tsel tune: a profile is saved for a model and found again; a changed model is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from tiny_folder import make_folder

from tsel_cli.commands.eval import evaluate
from tsel_cli.commands.tune import tune
from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.evaluation.share import SharedPicks
from tsel_core.settings import Setting, changed_since, check_name, find_profile, save_profile, tokenizer_sha256

app = typer.Typer()
app.command(name="eval")(evaluate)
app.command(name="tune")(tune)


@pytest.fixture(autouse=True)
def private_profiles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Profiles of a test stay in its folder."""
    monkeypatch.setenv("TSEL_PROFILES", str(tmp_path / "profiles"))


def test_a_saved_profile_is_found_again_with_every_field() -> None:
    saved = Setting("mine", "select", "full", SelectionConfig(budget=77, full_layers=(1, 2)), "m", "t", {"kl": 0.01})
    save_profile(saved)
    assert find_profile("mine") == saved
    assert changed_since(saved, "m", "t") is None
    assert "model and tokenizer" in str(changed_since(saved, "other", "other"))
    assert changed_since(find_profile("careful"), "m", "t") is None  # built-in: not bound to a model


def test_unknown_damaged_and_reserved_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not known"):
        find_profile("nope")
    with pytest.raises(UsageError):
        find_profile("../secret")
    with pytest.raises(UsageError):
        check_name("careful")
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / "bad.json").write_text('{"selection": {"budget": -1}, "prefill": "full", "decode": "full"}')
    with pytest.raises(UsageError, match="not a profile"):
        find_profile("bad")


def test_the_tokenizer_hash_follows_the_files(tmp_path: Path) -> None:
    assert tokenizer_sha256(tmp_path) == ""
    (tmp_path / "tokenizer.json").write_text("{}")
    first = tokenizer_sha256(tmp_path)
    (tmp_path / "tokenizer.json").write_text("[]")
    assert first != tokenizer_sha256(tmp_path)


def test_tune_saves_what_it_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = str(make_folder(tmp_path / "model"))
    document = tmp_path / "a.txt"
    document.write_text("The fee is 620 euros a month, says the clerk.\n\n" * 8, "utf-8")
    args = ["tune", str(document), "--model", model, "--name", "office", "--max-new-tokens", "3", "--json"]
    assert app(args=args, standalone_mode=False) == 0  # only "decode-only" fits so short a text, and it is exact
    content = json.loads(capsys.readouterr().out)
    assert content["met"] is True
    found = find_profile("office")
    assert (found.prefill, found.decode) == ("full", "select")
    assert found.model_sha256
    assert found.tokenizer_sha256 == tokenizer_sha256(Path(model))
    assert app(args=[*args[:-1], "--kl", "0", "--agreement", "1", "--name", "x"], standalone_mode=False) in (0, 1)


def test_shared_picks_are_saved_with_the_profile_where_they_pay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = str(make_folder(tmp_path / "model"))
    document = tmp_path / "a.txt"
    document.write_text("The fee is 620 euros a month, says the clerk.\n\n" * 110, "utf-8")
    monkeypatch.setattr(SharedPicks, "pays", property(lambda shared: bool(shared.plan)))  # a tiny model's time is noise
    args = ["tune", str(document), "--model", model, "--kl", "9", "--agreement", "0", "--max-new-tokens", "2"]
    assert app(args=[*args, "--share-picks", "--name", "shared", "--json"], standalone_mode=False) == 0
    shared = json.loads(capsys.readouterr().out)["profile"]["measured"]["shared"]
    assert (shared["plan"], shared["num_layers"], shared["used"]) == ([0, 0, 2], 1, True)
    assert find_profile("shared").selection.shared_picks == (0, 0, 2)
