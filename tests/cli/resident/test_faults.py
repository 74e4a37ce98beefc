"""What can go wrong around the resident engine: nothing is lost, nothing is mixed, nobody waits for ever."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from resident_support import User, alive, resident_process, wait_until

from tsel_cli.resident import client, handed
from tsel_cli.resident.handed import HandedJob

ANSWERED = (0, 3, 4)
SERVER = """
import socket, sys, time
from tsel_cli.resident.server import Server

def command(arguments):
    name = arguments[1]
    for number in range(20):
        print(f"{name} {number}", flush=True)
        time.sleep(0.001)
    return int(name) % 3 and 3

Server(socket.socket(fileno=int(sys.argv[1])), sys.argv[2], sys.argv[3], command).run()
"""
WHOLE = 20


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A resident process whose commands print their own name again and again; its socket."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        monkeypatch.setenv("TSEL_RUNTIME_DIR", name)
        with resident_process(Path(name), SERVER) as path:
            yield path


class Client:
    """One of many, in a thread: some press Ctrl-C, some are gone in the middle."""

    def __init__(self, path: Path, number: int) -> None:
        self.path, self.number, self.does = path, number, ("stays", "interrupts", "leaves")[number % 3]
        self.out, self.code = tempfile.TemporaryFile(), None  # noqa: SIM115
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self) -> None:
        connection = client.connect(str(self.path))
        assert connection is not None
        job = HandedJob(connection, ["ask", str(self.number)], (os.open(os.devnull, os.O_RDWR), self.out.fileno(), 2))
        ask, wait = job._ask, random.Random(self.number).uniform(0.02, 0.6)

        def then_does(seconds: float) -> None:
            ask(seconds)
            if self.does == "interrupts":
                threading.Timer(wait, lambda: job._interrupt(signal.SIGINT, None)).start()
            if self.does == "leaves":
                threading.Timer(wait, lambda: connection.shutdown(socket.SHUT_RDWR)).start()

        job._ask = then_does  # type: ignore[method-assign]  # Ctrl-C is heard by a command that was asked
        self.code = job.run(100)
        if self.does == "stays":
            connection.close()

    def words(self) -> list[str]:
        self.out.seek(0)
        return self.out.read().decode().splitlines()


def test_fifty_clients_of_whom_some_leave_or_press_ctrl_c(served: Path) -> None:
    clients = [Client(served, number) for number in range(50)]
    for one in clients:
        one.thread.join(60)
        assert not one.thread.is_alive()
    for one in clients:
        expected = [f"{one.number} {at}" for at in range(WHOLE)]
        words = one.words()
        assert words == expected[: len(words)], one.number
        if one.does == "stays" or (one.does == "interrupts" and one.code != 130):
            assert words == expected, (one.number, one.code)
            assert one.code == (3 if one.number % 3 else 0)
    found = client.tell(str(served), {"kind": "status"})
    assert found is not None
    assert (found["waiting"], found["ends"]) == (0, False)
    wait_until(lambda: (client.tell(str(served), {"kind": "status"}) or {})["running"] is None, 10)


def test_one_that_stands_still_is_left_alone_and_does_not_answer_late(
    served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = client.tell(str(served), {"kind": "status"})
    assert found is not None
    monkeypatch.setattr(handed, "_HEARD", 0.5)
    os.kill(found["pid"], signal.SIGSTOP)
    try:
        late = Client(served, 0)
        late.thread.join(10)
        assert late.code == -1  # the command does the work itself
    finally:
        os.kill(found["pid"], signal.SIGCONT)
    monkeypatch.undo()
    following = Client(served, 3)
    following.thread.join(20)
    assert (following.code, len(following.words())) == (0, WHOLE)
    assert late.words() == []


def test_another_user_is_not_heard(served: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root can be another user")
    code = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "with socket.socket(socket.AF_UNIX) as s:\n"
        "    s.settimeout(20)\n"
        "    s.connect(sys.argv[1])\n"
        "    s.sendall(b'\\x12\\0\\0\\0' + b'{\"kind\": \"status\"}')\n"
        "    print(len(s.recv(100)))\n"
    )

    def other() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-c", code, str(served)], cwd="/", capture_output=True, text=True, timeout=60
        )

    assert "PermissionError" in other().stderr  # the folder is closed
    served.parent.chmod(0o755)
    served.chmod(0o666)
    told = other()
    assert told.stdout.strip() in ("0", ""), told.stderr  # the door was left open: the process asks who it is
    assert "PermissionError" not in told.stderr
    served.parent.chmod(0o700)
    served.chmod(0o600)
    assert client.tell(str(served), {"kind": "status"}) is not None


def test_an_engine_that_is_killed_while_several_wait_loses_no_answer(user: User) -> None:
    questions = ("What is the fee?", "Who gets notices?", "When does the term end?")
    alone = [json.loads(user.run("ask", "contract.txt", q, "--json", TSEL_KEEP_ALIVE="0").stdout) for q in questions]
    pid = user.warm()
    running = [user.start("ask", "contract.txt", q, "--json") for q in questions]
    user.wait_for("ask")
    os.kill(pid, signal.SIGKILL)
    for process, expected in zip(running, alone, strict=True):
        out, err = process.communicate(timeout=120)
        assert json.loads(out)["answer"] == expected["answer"]
        assert "Traceback" not in err
    assert user.warm() != pid


def test_a_socket_that_was_taken_away_is_made_anew_and_the_old_engine_ends(user: User) -> None:
    pid = user.warm()
    user.run("ask", "contract.txt", "What?", "--keep-alive", "4s")
    path = user.runtime / "engine.sock"
    path.unlink()
    assert user.run("ask", "contract.txt", "What is the fee?").returncode in ANSWERED
    other = user.pid()
    assert other != pid
    inode = path.stat().st_ino
    wait_until(lambda: not alive(pid), 30)
    assert path.stat().st_ino == inode  # the one that ends takes nobody else's socket with it
    assert user.pid() == other


def test_a_socket_of_another_program_is_no_engine(user: User) -> None:
    user.run("stop")
    wait_until(lambda: user.engine() is None)
    path = user.runtime / "engine.sock"
    with socket.socket(socket.AF_UNIX) as thief:
        thief.bind(str(path))
        path.chmod(0o600)
        thief.listen(8)
        ended = threading.Event()

        def hang_up() -> None:
            while not ended.is_set():
                thief.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        assert user.run("ask", "contract.txt", "What is the fee?").returncode in ANSWERED  # by itself
        ended.set()
    path.unlink()


def test_an_upgrade_gets_a_new_engine_and_the_old_one_finishes_its_work(user: User, tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    python_path = os.pathsep.join([user.environment()["PYTHONPATH"], str(packages)])
    user.run("ask", "contract.txt", "What?", PYTHONPATH=python_path)
    pid = user.pid()
    slow = user.start("ask", "contract.txt", "What is the fee?", "--max-new-tokens", "300", "--json", PYTHONPATH=python_path)
    user.wait_for("ask")
    (packages / "another.py").write_text("", "utf-8")  # what an installer does: the folder changes
    assert user.run("ask", "contract.txt", "Who gets notices?", PYTHONPATH=python_path).returncode in ANSWERED
    out, err = slow.communicate(timeout=60)
    assert json.loads(out)["command"] == "ask"
    assert "going on without it" not in err
    assert user.pid() != pid
    wait_until(lambda: not alive(pid))


def test_memory_is_given_back_on_demand_and_the_next_question_loads_again(user: User) -> None:
    pid = user.warm()
    held = (user.engine() or {})["memory_bytes"]
    assert client.tell(str(user.runtime / "engine.sock"), {"kind": "release"}) is not None
    wait_until(lambda: not (user.engine() or {}).get("model"))
    assert (user.engine() or {})["memory_bytes"] <= held
    refused = user.run("ask", "contract.txt", "What?", "--memory-limit", "100MB")
    assert refused.returncode == 5
    assert user.run("ask", "contract.txt", "What?").returncode in ANSWERED
    assert user.pid() == pid
    assert (user.engine() or {})["model"]


def test_a_runtime_folder_that_cannot_be_made_costs_no_answer(user: User, tmp_path: Path) -> None:
    place = tmp_path / "gone"
    place.write_text("", "utf-8")  # a file where the folder should be
    found = user.run("ask", "contract.txt", "What?", TSEL_RUNTIME_DIR=str(place))
    assert found.returncode in ANSWERED
    assert "Traceback" not in found.stderr
