"""tsel serve, a process of its own, under fifty clients that ask, leave, read slowly and send what is no request.

A few seconds here; TSEL_STRESS_SECONDS=300 pytest -s tests/cli/serve/test_stress.py is the long run.
"""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from resident_support import ROOT, wait_until
from stress_support import SECONDS, Outcome, Process, WebClient, needs_proc, run_for

KEYS = ("a-key-of-some-length", "another-key-of-some-length")
CLIENTS = 50
_MORE_MEMORY = 60_000_000  # between the run's first third and its end
_MORE_FILES = 8


class Served:
    """The server's process; what it says on stderr is in `said`."""

    def __init__(self, model: str, folder: Path) -> None:
        self.model = Path(model).name
        keys = folder / "keys"
        keys.write_text("\n".join(KEYS))
        environment = {n: v for n, v in os.environ.items() if not n.startswith("TSEL_")}
        paths = [str(ROOT), str(ROOT / "kernels")]
        environment |= {"PYTHONPATH": os.pathsep.join(paths), "TSEL_LOG": "0", "OMP_NUM_THREADS": "1"}
        environment |= {"TSEL_CACHE": str(folder / "cache"), "TSEL_CONFIG": str(folder / "none.toml")}
        environment |= {"TSEL_RUNTIME_DIR": str(folder), "TSEL_API_KEY": ""}
        words = ["serve", "--model", model, "--port", "0", "--queue", "40", "--at-once", "4", "--max-files", "8"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tsel_cli", *words, "--effort", "quick", "--api-key-file", str(keys)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip
        self.said: list[str] = []
        threading.Thread(target=self._hear, daemon=True).start()
        wait_until(lambda: self.url or self.process.poll() is not None, 120)
        assert self.url, self.said

    def _hear(self) -> None:
        assert self.process.stderr is not None
        self.said += iter(self.process.stderr)

    @property
    def url(self) -> str:
        return next((line.split()[-1].removesuffix("/v1") for line in list(self.said) if line.startswith("serving")), "")

    def get(self, path: str) -> tuple[int, dict[str, object]]:
        place = urlsplit(self.url)
        connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {KEYS[0]}"})
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()


@pytest.fixture(scope="module")
def served(model: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for name in ("fastapi", "uvicorn", "multipart"):
        pytest.importorskip(name, reason="the serve extra is not installed")
    needs_proc()
    made = Served(model, tmp_path_factory.mktemp("served"))
    yield made
    made.process.kill()
    made.process.wait()


def upload(served: Served, key: str) -> str:
    """A file of the user with this key."""
    place = urlsplit(served.url)
    connection = http.client.HTTPConnection(str(place.hostname), place.port, timeout=60)
    bound = "xx-bound"
    head = f'--{bound}\r\nContent-Disposition: form-data; name="file"; filename="own.txt"\r\n\r\n'
    headers = {"Content-Type": f"multipart/form-data; boundary={bound}", "Authorization": f"Bearer {key}"}
    connection.request("POST", "/v1/files", f"{head}Only mine.\r\n--{bound}--\r\n".encode(), headers)
    response = connection.getresponse()
    found = json.loads(response.read())
    connection.close()
    assert response.status == 200, found
    return str(found["id"])


def test_nothing_is_mixed_lost_or_kept_and_health_tells_the_truth(served: Served) -> None:
    outcome, process = Outcome(), Process(served.process.pid)
    files = [upload(served, key) for key in KEYS]
    clients = [
        WebClient(served.url, n, KEYS[n % 2], outcome, served.model, other_file=files[(n + 1) % 2])
        for n in range(CLIENTS)
    ]
    for client in clients:  # one by one: what each must get in the crowd
        client.expected = client.asks() or ""
    assert len({c.expected for c in clients}) > CLIENTS * 0.8  # or a mixed answer could not be seen
    used: list[tuple[float, int, int, int]] = []
    began = time.monotonic()

    def watch() -> None:
        status, found = served.get("/health")
        if status != 200 or found["status"] != "ok":
            outcome.fault(f"health: {status} {found}")
        used.append((time.monotonic() - began, process.memory(), process.num_files(), process.num_threads()))

    before = process.num_files()
    run_for(SECONDS, [c.act for c in clients], watch)
    wait_until(lambda: served.get("/health")[1]["waiting"] == 0 and served.get("/health")[1]["running_s"] is None, 120)
    time.sleep(2)
    watch()
    warm = [u for u in used if u[0] > SECONDS / 3] or used
    print(f"\n{SECONDS:.0f} s: {dict(outcome.counts)}")
    for at in (0, len(used) // 3, 2 * len(used) // 3, len(used) - 1):
        seconds, memory, num_files, num_threads = used[at]
        print(f"{seconds:6.0f} s  {memory / 1e6:6.1f} MB  {num_files} files  {num_threads} threads")
    assert not outcome.wrong, outcome.wrong[:5]
    answered = outcome.counts["whole"] + outcome.counts["streamed"] + outcome.counts["slow"]
    assert answered > outcome.counts["busy"]
    assert used[-1][1] - warm[0][1] < _MORE_MEMORY
    assert used[-1][2] <= before + _MORE_FILES, (before, used[-1])
    for client in clients[:8]:  # as good as before
        assert client.asks() == client.expected
    assert "Traceback" not in "".join(served.said)


def test_the_end_lets_answers_end_and_refuses_new_ones(served: Served) -> None:
    outcome = Outcome()
    clients = [WebClient(served.url, n, KEYS[n % 2], outcome, served.model) for n in range(6)]
    expected = [c.asks() for c in clients]
    found: list[str | None] = []
    refused: list[str] = []

    def ask(client: WebClient) -> None:
        try:
            found.append(client.asks())
        except AssertionError as error:  # it came when the server took no more
            refused.append(str(error))
        except (OSError, http.client.HTTPException) as error:
            refused.append(f"the server ends: {type(error).__name__}")

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    wait_until(lambda: served.get("/health")[1]["running_s"] is not None or found, 30, every=0.005)
    served.process.send_signal(signal.SIGINT)
    for thread in threads:
        thread.join(30)
    served.process.wait(60)
    assert served.process.returncode in (0, 130)
    assert found
    assert set(found) <= set(expected)  # within the time that they get, whole
    assert all("the server ends" in r for r in refused), refused
    assert len(found) + len(refused) == len(clients)
    assert "Traceback" not in "".join(served.said)
