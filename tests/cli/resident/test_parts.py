"""Parts of the resident engine alone: times, messages, who is at the other end, where it listens."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from tsel_cli.resident import client, wire
from tsel_cli.resident.keep_alive import parse_keep_alive, wanted
from tsel_cli.resident.stamp import stamp
from tsel_cli.resident.where import NotPrivate, runtime_folder
from tsel_core.errors import UsageError


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setenv("TSEL_RUNTIME_DIR", name)
        yield Path(name)


@pytest.mark.parametrize(("text", "seconds"), [("5m", 300), ("90", 90), ("1.5h", 5400), ("10 s", 10), ("0", 0)])
def test_times(text: str, seconds: float) -> None:
    assert parse_keep_alive(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "5d"])
def test_no_times(text: str) -> None:
    with pytest.raises(UsageError, match="--keep-alive"):
        parse_keep_alive(text)


def test_flags_before_environment_before_file_before_five_minutes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    monkeypatch.setenv("TSEL_CONFIG", str(config))
    assert wanted(["ask"], {}) == 300
    assert wanted(["ask"], {"CI": "true"}) == 0
    config.write_text('keep_alive = "1m"\n[summarize]\nkeep_alive = 0\n', "utf-8")
    assert wanted(["ask"], {}) == 60
    assert wanted(["summarize"], {}) == 0
    assert wanted(["ask"], {"TSEL_KEEP_ALIVE": "2m"}) == 120
    assert wanted(["ask", "--keep-alive", "3m", "a.txt"], {"TSEL_KEEP_ALIVE": "2m"}) == 180
    assert wanted(["ask", "--keep-alive=0"], {"TSEL_KEEP_ALIVE": "2m"}) == 0


def test_messages_and_descriptors_arrive_whole() -> None:
    left, right = socket.socketpair()
    with left, right, tempfile.TemporaryFile() as file:
        wire.send(left, {"kind": "job", "text": "é" * 20_000, "lone": "\udc80"}, (file.fileno(),))
        message, fds = wire.receive_with(right, 3)
        assert message == {"kind": "job", "text": "é" * 20_000, "lone": "\udc80"}
        assert len(fds) == 1
        assert not os.get_inheritable(fds[0])
        os.close(fds[0])
        assert wire.is_ours(left)
        left.sendall(b"\xff\xff\xff\xff")
        with pytest.raises(wire.Broken):
            wire.receive(right)
        left.close()
        assert wire.receive(right) is None


def test_a_folder_that_others_can_enter_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert runtime_folder() == str(folder)
    folder.chmod(0o750)
    with pytest.raises(NotPrivate):
        runtime_folder()
    folder.chmod(0o700)
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    with pytest.raises(NotPrivate):
        runtime_folder()


def test_a_link_in_place_of_the_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = folder / "link"
    link.symlink_to(folder)
    monkeypatch.setenv("TSEL_RUNTIME_DIR", str(link))
    with pytest.raises(NotPrivate):
        runtime_folder()


def test_a_socket_where_another_user_listens_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / "engine.sock"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()
        path.chmod(0o600)
        found = client.connect(str(path))
        assert found is not None
        found.close()
        monkeypatch.setattr(wire, "peer_uid", lambda _connection: 4242)
        with pytest.raises(NotPrivate):
            client.connect(str(path))
        path.chmod(0o666)
        with pytest.raises(NotPrivate):
            client.connect(str(path))
    assert client.connect(str(folder / "none.sock")) is None


@pytest.mark.parametrize(
    "arguments",
    [["inspect", "a.pdf"], ["ask", "--help"], ["ask", "a.pdf", "What?", "--device", "cuda:0,cuda:1"],
     ["ask", "a.pdf", "What?", "--no-trace"], [], ["--version"], ["batch", "d", "--out", "o", "--jobs=2"],
     ["batch", "d", "--out", "o", "--watch"], ["extract", "a.pdf", "--preset", "personal-data"],
     ["mcp", "--allow", "d"], ["serve"]],
)
def test_what_is_not_handed_over(arguments: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "5m")
    assert client.hand_over(arguments) is None
    assert not list(folder.iterdir())


def test_the_stamp_changes_with_what_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stamp({"TSEL_LANG": "ja"}) == stamp({"HOME": "/root"})
    assert stamp({"OMP_NUM_THREADS": "2"}) != stamp({"OMP_NUM_THREADS": "4"})


def test_ps_names_the_model_while_the_first_job_still_loads_it() -> None:
    from tsel_cli.resident.shelf import Shelf

    shelf = Shelf()
    session = SimpleNamespace(info=SimpleNamespace(name="tiny"), device="cpu", loaded_engine=None)
    shelf.lend(session)  # type: ignore[arg-type]
    assert (shelf.name, shelf.device) == ("tiny", "cpu")
    shelf.take_back(True)  # it was never loaded
    assert (shelf.name, shelf.device) == ("", "")


def test_a_folder_that_others_may_enter_is_told_of_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tsel_cli.console import Stderr
    from tsel_cli.job import tell_of_engine

    monkeypatch.setattr(client, "_ALONE", [])
    folder.chmod(0o755)
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "0")
    assert client.hand_over(["ask", "a.txt", "What?"]) is None
    tell_of_engine(Stderr())
    assert capsys.readouterr().err == ""  # none is wanted
    monkeypatch.setenv("TSEL_KEEP_ALIVE", "5m")
    assert client.hand_over(["ask", "a.txt", "What?"]) is None
    tell_of_engine(Stderr())
    tell_of_engine(Stderr(quiet=True))
    said = capsys.readouterr().err
    assert said.count("the model is loaded anew by every command") == 1
    assert f"{folder}: it must be yours alone" in said
