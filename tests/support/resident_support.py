"""A person whose commands find a resident engine; everything is in folders of their own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
BACKLOG = 64  # clients that may wait at once
TEXT = "The fee is 620 euros a month.\n\nThe term ends on 3 May 2027.\n\nNotices go to Mr Halvorsen in Oslo.\n"


@contextmanager
def resident_process(runtime: Path, source: str) -> Iterator[Path]:
    """A resident process that runs `source` (a Server over the socket, its path and the stamp in sys.argv); its socket."""
    from tsel_cli.resident.stamp import stamp

    path = runtime / "engine.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen(BACKLOG)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "kernels")])}
    process = subprocess.Popen(
        [sys.executable, "-c", source, str(listener.fileno()), str(path), stamp(os.environ)],
        pass_fds=[listener.fileno()], env=environment,
    )  # fmt: skip
    listener.close()
    try:
        yield path
    finally:
        process.kill()
        process.wait()


@dataclass
class User:
    """A person with folders of their own; `run` is a command in a process of its own."""

    folder: Path
    model: str
    runtime: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="tsel-", dir="/tmp")))  # a short name

    def environment(self, **changes: str) -> dict[str, str]:
        """What every command is given."""
        usual = {n: v for n, v in os.environ.items() if not n.startswith(("TSEL_", "PYTEST", "CI"))}
        paths = [str(ROOT), str(ROOT / "kernels")]
        return {
            **usual,
            "PYTHONPATH": os.pathsep.join(paths),
            "TSEL_RUNTIME_DIR": str(self.runtime),
            "TSEL_CACHE": str(self.folder / "cache"),
            "TSEL_LOG_DIR": str(self.folder / "log"),
            "TSEL_CONFIG": str(self.folder / "config.toml"),
            "TSEL_MODEL": self.model,
            "TSEL_MAX_NEW_TOKENS": "6",
            "TSEL_KEEP_ALIVE": "100",
            **changes,
        }

    def start(self, *arguments: str, **changes: str) -> subprocess.Popen[str]:
        """A command that runs."""
        return subprocess.Popen(
            [sys.executable, "-m", "tsel_cli", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=self.folder, env=self.environment(**changes), start_new_session=True,
        )  # fmt: skip

    def run(self, *arguments: str, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        """A command that ran."""
        process = self.start(*arguments, **changes)
        out, err = process.communicate(stdin, timeout=120)
        return subprocess.CompletedProcess(arguments, process.returncode, out, err)

    def engine(self) -> dict[str, Any] | None:
        """What `tsel ps` knows."""
        found = json.loads(self.run("ps", "--json").stdout)["engine"]
        return None if found is None else dict(found)

    def wait_for(self, command: str) -> None:
        """Return once the engine runs it. Asked at its socket: a short one is over before `tsel ps` has begun."""
        from tsel_cli.resident.client import tell

        path = str(self.runtime / "engine.sock")
        wait_until(lambda: (tell(path, {"kind": "status"}) or {}).get("running") == command, every=0.005)

    def warm(self) -> int:
        """Have an engine with the model loaded; its process."""
        self.run("ask", "contract.txt", "What?")
        return self.pid()

    def pid(self) -> int:
        """The engine's process."""
        found = self.engine()
        assert found is not None
        return int(found["pid"])


def wait_until(true: Any, seconds: float = 60.0, every: float = 0.05) -> None:
    """Return once it is true; it is asked `every` so many seconds."""
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "waited in vain"
        time.sleep(every)


def alive(pid: int) -> bool:
    """Whether a process is there and no zombie."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
