"""tsel doctor: what is protected on this machine, what is not, and what the program works with."""

from __future__ import annotations

import json as jsonlib
import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from tsel_cli.console import print_out
from tsel_cli.i18n import say
from tsel_cli.places import takes_files
from tsel_cli.render.wrap import columns_of, padded
from tsel_cli.settings import config_path, default_map, options_by_command
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.prefix_cache.store import ReadingStore

State = Literal["ok", "note", "problem"]
_HEAD = 128  # the width of most models' heads: code is compiled for one


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, in words."""

    area: str
    state: State
    detail: str


def doctor(
    context: typer.Context, json: Annotated[bool, typer.Option("--json", help="JSON on stdout.")] = False
) -> int:
    """Say what is protected on this machine, what is not, and what the program works with."""
    known = options_by_command(context.find_root().command)
    findings = [*_settings(known), *(f for check in CHECKS for f in _safely(check))]
    failed = any(f.state == "problem" for f in findings)
    if json:
        told = {"schema_version": 1, "command": "doctor", "ok": not failed, "findings": [asdict(f) for f in findings]}
        print(jsonlib.dumps(told, ensure_ascii=False, indent=2))
    else:
        columns = max((columns_of(say(f.area)) for f in findings), default=0)
        for finding in findings:
            mark = {"ok": " ", "note": "-", "problem": "!"}[finding.state]
            print_out(f"{mark} {padded(say(finding.area), columns)} {say(finding.detail)}")
        print_out("- is not protected or not there; ! is wrong")
    return 1 if failed else 0


def _safely(check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    """A check that fails is a finding of its own: the others are still shown."""
    try:
        return list(check())
    except Exception as error:
        why = f"could not be looked at: {type(error).__name__}: {error}"
        return [Finding(check.__name__.strip("_"), "problem", why)]


def _versions() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version

    from tsel_core import __version__

    found = [f"tsel {__version__}", f"python {sys.version.split()[0]}"]
    for name in ("torch", "transformers", "triton", "pypdfium2", "cryptography"):
        with suppress(PackageNotFoundError):
            found.append(f"{name} {version(name)}")
    yield Finding("versions", "ok", ", ".join(found))


def _devices() -> Iterator[Finding]:
    import torch

    from tsel_core.device.kinds import device_count

    if torch.cuda.is_available():
        for number in range(torch.cuda.device_count()):
            about = torch.cuda.get_device_properties(number)
            yield Finding("device", "ok", f"cuda:{number} {about.name}, {about.total_memory / 1e9:.0f} GB")
    else:
        yield Finding("device", "note", f"no NVIDIA GPU; CPU with {os.cpu_count()} cores")
    for kind in ("xpu", "mps"):
        if device_count(kind):
            yield Finding("device", "note", f"{kind}: taken when named (--device {kind}), with the torch definitions")
    from tsel_kernels.backend import has_triton

    yield Finding("kernels", "ok" if has_triton() else "note", "Triton" if has_triton() else "no Triton: CPU kernels")
    from tsel_core.models.forms import rows_together
    from tsel_kernels.native.choice import describe, native_rows

    compiled = native_rows(rows_together(), _HEAD) is not None
    detail = f"products of a token with 4-bit weights on the CPU: {describe()}"
    yield Finding("rows", "ok" if compiled else "note", detail)


def _bytecode() -> Iterator[Finding]:
    """Without compiled files Python compiles thousands of modules at each start: ten seconds of torch alone."""
    from importlib.util import cache_from_source, find_spec

    found = find_spec("torch")
    if found is None or found.origin is None:
        return
    if os.path.exists(cache_from_source(found.origin)):
        yield Finding("start", "ok", "libraries are compiled to bytecode")
        return
    folder = os.path.dirname(os.path.dirname(found.origin))
    remedy = f"python -m compileall -q {folder}, or set PYTHONPYCACHEPREFIX"
    yield Finding("start", "note", f"no bytecode: each start compiles the libraries anew; {remedy}")


def _settings(known: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    path = config_path()
    if not path.exists():
        yield Finding("settings", "ok", f"no file {path}")
        return
    try:
        default_map(lambda: known)
        yield Finding("settings", "ok", str(path))
    except UsageError as error:
        yield Finding("settings", "problem", f"{error.message} ({error.hint})")


def _network() -> Iterator[Finding]:
    offline = os.environ.get("TSEL_OFFLINE", "").lower() in ("1", "true", "yes", "on")
    if offline or os.environ.get("HF_HUB_OFFLINE") == "1":
        yield Finding("network", "ok", "offline is set: nothing is fetched")
    else:
        yield Finding("network", "note", "only models are fetched, when they are missing; TSEL_OFFLINE=1 forbids it")


def _storage() -> Iterator[Finding]:
    from tsel_core.prefix_cache.policy import default_store

    warned: list[str] = []
    store = default_store(warned.append)
    files = store.files.files()
    size = sum(size for _, size, _ in files) / 1e9
    bound = f"{size:.2f} GB of {store.max_bytes / 1e9:.0f} GB"
    yield Finding("readings", "ok", f"{len(files):,} kept, {bound} in {store.folder}")
    yield from _sealing(store)
    if not takes_files(store.folder):
        yield Finding("readings", "problem", f"nothing can be written to {store.folder}: no reading is kept there")
    yield from _private("readings", store.folder)
    left = store.files.left_behind()
    if left:
        yield Finding("readings", "note", f"{len(left):,} files were left behind by a killed process")


def _sealing(store: ReadingStore) -> Iterator[Finding]:
    """Whether what lies on the disk is encrypted, by the files themselves: today's key says nothing of yesterday's."""
    from tsel_core.prefix_cache.folder import NO_KEY_ID

    counts = store.files.sealing()
    plain, own = counts.pop(NO_KEY_ID, 0), counts.pop(store.key.key_id if store.key else b"", 0)
    others = sum(counts.values())
    if store.key is not None:
        yield Finding("readings", "ok", f"what is kept is encrypted; {own:,} readings are, with your key")
    else:
        yield Finding("readings", "note", "what is kept is not encrypted (TSEL_CACHE_KEY_FILE)")
    if plain:
        yield Finding("readings", "note", f"{plain:,} older readings are NOT encrypted: tsel cache purge --unsealed")
    if others:
        yield Finding("readings", "note", f"{others:,} readings are sealed with another key")


def _models() -> Iterator[Finding]:
    from tsel_core.cache_paths import models_dir
    from tsel_core.models.leftovers import left_behind
    from tsel_core.models.store import stored_models

    names = ", ".join(m.name for m in stored_models())
    yield Finding("models", "ok", f"models folder {models_dir()} {f'holds {names}' if names else 'is empty'}")
    left = left_behind(models_dir())
    if left:
        yield Finding("models", "note", f"{len(left):,} folders were left behind by a killed process")
    yield _answers()


def _answers() -> Finding:
    """Whether it is known how right answers are."""
    from tsel_core.evaluation.office_kept import measured_models

    known = measured_models()
    if not known:
        return Finding("answers", "note", "how right answers are was not measured on this machine: tsel eval --office")
    return Finding("answers", "ok", f"measured for {known:,} models: tsel models info says how right they are")


def _log() -> Iterator[Finding]:
    from tsel_core.audit.log import is_enabled, keep_days, log_path

    path = log_path()
    if not is_enabled():
        yield Finding("log", "note", "switched off (TSEL_LOG)")
        return
    kept = "for ever" if keep_days() <= 0 else f"{keep_days():g} days"
    yield Finding("log", "ok", f"{path}, kept {kept}")
    if not takes_files(path.parent):
        yield Finding("log", "problem", f"nothing can be written to {path.parent}: no run is logged there")
    yield from _private("log", path)


def _private(area: str, path: Path) -> Iterator[Finding]:
    """Whether others on this machine can read it."""
    if os.name != "posix" or not path.exists():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        wanted = "700" if path.is_dir() else "600"
        yield Finding(area, "note", f"{path} can be read by others ({mode:04o}); chmod {wanted} it")


def _engine() -> Iterator[Finding]:
    """Whether a model can stay loaded between commands."""
    from tsel_cli.resident.where import refused

    why = refused()
    if why:
        yield Finding("engine", "problem", f"the model is loaded anew by every command: {why}")


def _reader() -> Iterator[Finding]:
    """How far the process that reads documents is fenced in: one is started, and tries."""
    from tsel_core.ingest.isolation.probe import probe

    found = probe()
    if found is None:
        yield Finding("reader", "problem", "no process can be started: documents are read in the program's own")
        return
    yield Finding("reader", "ok", "documents are read in a process of their own, with limits of time and memory")
    held = [f"Landlock {found.landlock}"] * bool(found.landlock) + ["seccomp"] * found.seccomp
    held += [found.other] * bool(found.other)
    if held:
        yield Finding("reader", "ok", f"it is locked by {', '.join(held)}")
    else:
        yield Finding("reader", "note", f"the system ({sys.platform}) has no lock for it: {_lacking()}")
    if found.possible:
        yield Finding("reader", "note", f"a hostile document that takes it over could {', '.join(found.possible)}")
    elif held:
        yield Finding("reader", "ok", "tried from inside: it opens no file, makes no socket, starts no process")


def _lacking() -> str:
    """What would hold the reader here, and does not."""
    lacking = {"darwin": "no sandbox-exec that works", "win32": "no job object could be made"}
    return lacking.get(sys.platform, "no Landlock, no seccomp")


def _memory() -> Iterator[Finding]:
    from tsel_core.device.control_group import tightest_group

    group = tightest_group()
    if group is None:
        yield Finding("memory", "ok", "no limit is set for this program")
    else:
        limit, room = group.limit / 1e9, group.room / 1e9
        yield Finding("memory", "ok", f"{limit:.1f} GB for this program, {room:.1f} GB free ({group.path})")


CHECKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _versions, _bytecode, _devices, _engine, _network, _storage, _models, _log, _reader, _memory,
)  # fmt: skip
