"""Rank 0's side of a group: start the other processes, notice when one is lost, end them all.

They are started here, one a device, unless torchrun started them. Nothing listens on the network: the processes find
each other through a private folder and speak over the loopback interface (and NCCL). A process that loses rank 0 sees
its stdin close and ends; when one of them is lost, rank 0 fails with its reason.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

import torch
import torch.distributed as dist

from tsel_core.device.ranks import Ranks
from tsel_core.errors import ModelError, TselError
from tsel_core.models.info import ModelInfo
from tsel_core.models.load import torchrun_size
from tsel_core.parallel.group import interrupt_later, make_group, start_torchrun_group

_GRACE = 5.0  # seconds between the end of a process and the error it makes in the others
OnStuck = Callable[[TselError], None]


def leave(_error: TselError) -> None:
    """End this process: a collective on GPUs never returns once a rank is lost."""
    os._exit(1)


@dataclass
class _Follower:
    """A process that was started, whether it is ready or failed (and how), and the last lines it wrote."""

    rank: int
    device: str
    process: subprocess.Popen[str]
    known: threading.Event = field(default_factory=threading.Event)  # it is ready, or failed
    failure: dict[str, Any] | None = None
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=5))


class Group:
    """The processes that share a model, seen from rank 0, which is in the calling process.

    `job` is what every rank loads (tsel_core.parallel.worker). `on_stuck` is called from a thread when a rank
    was lost and the running pass did not end; it must end the process.
    """

    def __init__(self, job: dict[str, Any], devices: list[str], on_stuck: OnStuck = leave) -> None:
        self.ranks = Ranks(0, len(devices))
        self.failed: TselError | None = None
        self._on_stuck, self._job, self._devices = on_stuck, job, devices
        self._followers: list[_Follower] = []
        self._passes, self._busy, self._closing, self._connected = 0, False, False, False
        self._lost = threading.Event()
        self._num_threads = torch.get_num_threads()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._torchrun = torchrun_size() > 1
        atexit.register(self.close)
        if self._torchrun:
            start_torchrun_group()
            self.ranks.tell(self._message(0) | {"do": "load"})
            return
        self._folder = tempfile.TemporaryDirectory(prefix="tsel-ranks-")
        self._followers = [self._start(rank, device) for rank, device in enumerate(devices) if rank]

    def _message(self, rank: int) -> dict[str, Any]:
        about = {"rank": rank, "size": self.ranks.size, "devices": self._devices, "num_threads": self._share()}
        return {**self._job, **about, "store": self._store_path()}

    def _store_path(self) -> str:
        return "" if self._folder is None else os.path.join(self._folder.name, "store")

    def _start(self, rank: int, device: str) -> _Follower:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tsel_core.parallel.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=env,
            start_new_session=True,  # Ctrl-C is for rank 0 alone
        )
        assert process.stdin is not None
        process.stdin.write(json.dumps(self._message(rank)) + "\n")
        process.stdin.flush()
        follower = _Follower(rank, device, process)
        threading.Thread(target=self._listen, args=(follower,), daemon=True).start()
        return follower

    def pids(self) -> list[int]:
        """Process ids of the other ranks that were started here."""
        return [f.process.pid for f in self._followers]

    def use_threads(self) -> None:
        """Take this rank's share of the CPU's cores, until the group ends."""
        if self._share():
            torch.set_num_threads(self._share())

    def _share(self) -> int:
        """Threads of a rank; 0 leaves the usual number (on GPUs)."""
        return max(1, self._num_threads // self.ranks.size) if self._devices[0] == "cpu" else 0

    def connect(self) -> None:
        """Wait until every rank has loaded its part, and make the process group. Raises what a rank failed with."""
        if self._torchrun:
            self.ranks.sum_(torch.zeros(1))  # waits for the others
            return
        for follower in self._followers:
            while not follower.known.wait(0.2):  # in slices: Ctrl-C is heard between them
                pass
            if follower.failure is not None:
                error = self._reason(follower, follower.failure)
                self.close()
                raise error
        make_group(self._store_path(), 0, self.ranks.size)
        self._connected = True

    @contextlib.contextmanager
    def leading(self) -> Iterator[None]:
        """A pass of all ranks. Ctrl-C waits for its end; an error in it ends the group."""
        if self.failed is not None:
            raise self.failed
        with interrupt_later():
            self._passes, self._busy = self._passes + 1, True
            try:
                yield
            except BaseException as error:
                failed = self._failure(error)
                self.close()
                if failed is None:
                    self.failed = ModelError("the group of devices ended with an earlier error", "start again")
                    raise
                self.failed = failed
                raise failed from error
            finally:
                self._busy = False

    def _failure(self, error: BaseException) -> TselError | None:
        """What a lost rank says, when that is why a collective failed here."""
        if isinstance(error, RuntimeError):
            self._lost.wait(_GRACE if "peer" in str(error).lower() or self._devices[0] != "cpu" else 0.5)
        failed = [(f, f.failure) for f in self._followers if f.failure is not None]
        failed.sort(key=lambda pair: "error" not in pair[1])  # who knows why, before who was lost with it
        return self._reason(*failed[0]) if failed else None

    def _reason(self, follower: _Follower, event: dict[str, Any]) -> TselError:
        where = f"{follower.device} (process {follower.rank + 1} of {self.ranks.size})"
        if "error" in event:
            error = TselError(f"{where}: {event['error']}", event.get("hint", ""))
            error.exit_code = event.get("exit_code", 1)
            return error
        last = f", its last words: {follower.lines[-1][:200]}" if follower.lines else ""
        return ModelError(
            f"the process of {where} ended with code {event['ended']}{last}",
            "run again; if it ends again, use one device or a smaller model",
        )

    def _listen(self, follower: _Follower) -> None:
        """A thread: take a process's reports until it ends."""
        assert follower.process.stdout is not None
        for line in follower.process.stdout:
            try:
                event = json.loads(line)
            except ValueError:
                event = None
            if isinstance(event, dict) and "ready" in event:
                follower.known.set()
            elif isinstance(event, dict) and "error" in event:
                follower.failure = event
            elif line.strip():
                follower.lines.append(line.strip())
        code = follower.process.wait()
        if self._closing:
            return
        follower.failure = failure = follower.failure or {"ended": code}
        follower.known.set()
        self._lost.set()
        current = self._passes
        time.sleep(2 * _GRACE)
        if self._busy and self._passes == current and not self._closing:
            self._on_stuck(self._reason(follower, failure))

    def close(self) -> None:
        """End the other ranks; waits for them. Between passes they are told to, else killed."""
        if self._closing:
            return
        self._closing = True
        atexit.unregister(self.close)
        told = self._connected and not self._busy and not self._lost.is_set()
        if told:
            self.ranks.tell({"do": "stop"})
        if self._connected and (told or self._share()):  # NCCL's ends when all ranks end it, never without them
            dist.destroy_process_group()
        for follower in self._followers:
            with contextlib.suppress(subprocess.TimeoutExpired):
                follower.process.wait(_GRACE if told else 0)
            follower.process.kill()
            follower.process.wait()
            if follower.process.stdin is not None:
                follower.process.stdin.close()
        if self._folder is not None:
            self._folder.cleanup()
        torch.set_num_threads(self._num_threads)


def job_of(info: ModelInfo) -> dict[str, Any]:
    """What every rank must know to load its part of a model."""
    return {"info": {**asdict(info), "path": str(info.path)}}
