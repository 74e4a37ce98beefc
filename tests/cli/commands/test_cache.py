"""tsel cache: list, info, purge, key; what -c continues."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
import torch

from tsel_cli import last as chat_state
from tsel_cli.commands import cache
from tsel_core.errors import UsageError
from tsel_core.prefix_cache.format.write import write_reading


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path))
    for name in ("TSEL_MODELS", "TSEL_CACHE_MAX"):  # of whoever runs the tests
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", "none")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def run(*args: str) -> None:
    cache.app(args=list(args), standalone_mode=False)


def keep(folder: Path, name: str, age: float = 0.0) -> Path:
    path = folder / "readings" / "family" / f"{name}.kept"
    path.parent.mkdir(parents=True, exist_ok=True)
    pools = [(torch.zeros(2, 8, 4), torch.zeros(2, 8, 4))]
    about: dict[str, Any] = {"identity": {"model_name": "tiny"}, "documents": [{"path": f"{name}\x1b[31m.txt"}]}
    write_reading(path, pools, list(range(8)), about)
    os.utime(path, (path.stat().st_mtime - age,) * 2)
    return path


def test_list_and_info(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("list")
    assert "no readings" in capsys.readouterr().out
    keep(folder, "a" * 40, age=100)
    keep(folder, "b" * 40)
    (folder / "readings" / "family" / ("c" * 40 + ".kept")).write_bytes(b"not one")
    run("list", "--json")
    entries = json.loads(capsys.readouterr().out)
    assert {e["name"]: e["tokens"] for e in entries} == {"a" * 12: 8, "b" * 12: 8, "c" * 12: None}
    run("list")
    out = capsys.readouterr().out
    assert "8 tokens  tiny" in out
    assert "\x1b" not in out
    run("info", "--json")
    info = json.loads(capsys.readouterr().out)
    assert info["readings"] == 3
    assert info["encrypted"] is False
    assert info["max_bytes"] == 20 * 10**9


def test_purge_by_name_by_age_and_all(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    a, b, c = keep(folder, "a" * 40, age=3 * 86_400), keep(folder, "b" * 40), keep(folder, "c" * 40)
    run("purge", "--unused-days", "2")
    assert [p.exists() for p in (a, b, c)] == [False, True, True]
    run("purge", "bbbb")
    assert [p.exists() for p in (b, c)] == [False, True]
    with pytest.raises(UsageError, match="named zzz"):
        run("purge", "zzz")
    chat_state.remember_files(["a.txt"])
    (folder / "last" / "history").write_text("+a question")
    with pytest.raises(UsageError, match="say what to remove"):  # nobody is there to ask
        run("purge")
    with pytest.raises(UsageError, match="--all"):
        run("purge", "bbbb", "--all")
    assert c.exists()
    run("purge", "--all")
    assert not c.exists()
    assert list((folder / "last").iterdir()) == []
    assert "removed 1 readings" in capsys.readouterr().out.splitlines()[-1]
    with pytest.raises(UsageError):
        chat_state.last_files()


def test_a_bad_bound_or_key_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE_MAX", "much")
    with pytest.raises(UsageError, match="much"):
        run("list")
    monkeypatch.setenv("TSEL_CACHE_MAX", "1GB")
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", str(folder / "none"))
    with pytest.raises(UsageError, match="cannot be read"):
        run("list")
    run("key", str(folder / "none"))
    run("list")


def test_what_was_asked_last(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="no document"):
        chat_state.last_files()
    monkeypatch.chdir(folder)
    chat_state.remember_files(["a.txt", "-"])
    with pytest.raises(UsageError):
        chat_state.last_files()
    chat_state.remember_files(["a.txt", "sub/b.pdf"])
    assert chat_state.last_files() == (str(folder / "a.txt"), str(folder / "sub" / "b.pdf"))
    if os.name != "nt":
        assert stat.S_IMODE((folder / "last" / "files.json").stat().st_mode) == 0o600
    (folder / "last" / "files.json").write_text("{broken")
    with pytest.raises(UsageError):
        chat_state.last_files()


def test_state_that_cannot_be_written_is_passed_over(folder: Path) -> None:
    (folder / "last").write_text("a file")
    chat_state.remember_files(["a.txt"])
    chat_state.save_conversation({"files": ["a.txt"]})


def test_a_key_seals_the_conversation_too(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("key", str(folder / "key"))
    run("key", str(folder / "other"))
    talk = {"files": ["secret.txt"], "turns": [{"question": "What is the penalty?"}]}
    chat_state.save_conversation(talk)
    assert b"penalty" in (folder / "last" / "conversation.json").read_bytes()
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", str(folder / "key"))
    assert chat_state.last_conversation() == talk  # kept before there was a key
    chat_state.save_conversation(talk)
    chat_state.remember_files(["secret.txt"])
    content = b"".join(p.read_bytes() for p in (folder / "last").iterdir())
    assert b"penalty" not in content
    assert b"secret" not in content
    assert chat_state.last_conversation() == talk
    for value in (str(folder / "other"), ""):
        monkeypatch.setenv("TSEL_CACHE_KEY_FILE", value)
        with pytest.raises(UsageError, match="no conversation"):
            chat_state.last_conversation()
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", str(folder / "none"))
    with pytest.raises(UsageError, match="cannot be read"):
        chat_state.save_conversation(talk)


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_key_is_made_once_where_none_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.prefix_cache.format.crypto import master_key, own_key_path
    from tsel_core.prefix_cache.policy import default_store

    monkeypatch.delenv("TSEL_CACHE_KEY_FILE")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *a, **k: folder / "config")
    first = master_key()
    assert first is not None
    path = own_key_path()
    assert path.parent == folder / "config"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["cache.key"]
    again = master_key()
    assert again is not None
    assert again.secret == first.secret
    said: list[str] = []
    assert default_store(said.append).key is not None
    chat_state.save_conversation({"files": ["a"], "turns": ["Blackwood"]})
    assert b"Blackwood" not in (folder / "last" / "conversation.json").read_bytes()
    assert chat_state.last_conversation()["turns"] == ["Blackwood"]
    assert said == []


def test_without_a_place_for_a_key_nothing_is_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.prefix_cache.policy import default_store

    monkeypatch.delenv("TSEL_CACHE_KEY_FILE")
    (folder / "file").write_text("x")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *a, **k: folder / "file" / "config")
    said: list[str] = []
    assert default_store(said.append).max_bytes == 0
    assert "not kept" in said[0]
    chat_state.save_conversation({"files": ["a"], "turns": ["Blackwood"]})
    assert not (folder / "last" / "conversation.json").exists()


def test_int8_copies_of_models_are_shown_and_purged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_core.models.int8_copies import list_copies, write_copies

    monkeypatch.delenv("TSEL_MODELS", raising=False)
    write_copies("d", "mine", [(torch.zeros(1000, 1500, dtype=torch.int8), torch.ones(1000, dtype=torch.bfloat16))])
    run("list")
    assert "int8 copies of mine: 1.5 MB (they load quicker)" in capsys.readouterr().out
    run("info", "--json")
    assert 1_500_000 < json.loads(capsys.readouterr().out)["int8_bytes"] < 1_510_000
    run("purge", "--all")
    assert "removed int8 copies of mine: 1.5 MB" in capsys.readouterr().out
    assert list_copies() == []


def test_what_a_killed_process_left_is_shown_and_purged(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import subprocess
    import sys

    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    part = folder / "readings" / "family" / f".{'a' * 40}.{dead.pid}.deadbeef.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(bytes(2_000_000))
    made = folder / "models" / ".part-tiny~x"
    made.mkdir(parents=True)
    (made / "joined.gguf").write_bytes(bytes(1_000_000))
    run("list")
    out = capsys.readouterr().out
    assert "left behind by a killed process" in out
    assert "2.0 MB" in out
    assert "1.0 MB" in out
    run("purge", "--all")
    assert not part.exists()
    assert not made.exists()


def test_readings_that_are_not_encrypted_can_be_removed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plain = keep(folder, "a" * 40)
    run("purge", "--unsealed")
    assert not plain.exists()
    run("purge", "--unsealed")
    assert "removed 0 readings" in capsys.readouterr().out
