"""The lock on the process that reads a document: what it can still do when a hostile file has taken it over.

It may read what libraries are loaded from, take memory, and write its answer. It opens no file of the user, makes no
socket, starts no process, and traces none. What the system cannot do is left out, and said (`tsel doctor`).
"""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from tsel_core.ingest.fence import landlock, seccomp
from tsel_core.ingest.fence.syscalls import machine

# Shared libraries, fonts that stand in for those a PDF does not hold, tables of time zones and kinds of files.
_SYSTEM = (
    "/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/share", "/usr/local/share/fonts",
    "/etc/ld.so.cache", "/etc/fonts", "/etc/mime.types", "/etc/localtime", "/nix/store",
    "/dev/null", "/dev/urandom", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip


PIPES = ("/tmp", "/var/tmp")  # where LibreOffice makes the socket by which it finds itself, whatever it is told
_OFFICE = (
    "/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice", "/etc/passwd", "/etc/nsswitch.conf", "/opt",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lock:
    """What holds: the version of Landlock (0: none), and whether a seccomp filter does."""

    landlock: int = 0
    seccomp: bool = False


def lock_for_reading(program: str | None = None) -> Lock:
    """Lock this process for good, while it has one thread. `program`: what it must still be able to start."""
    if sys.platform != "linux":
        return Lock()
    paths = [*readable(), *(_of_program(program) if program else ())]
    files = landlock.restrict(paths, execute=program is not None)
    this = machine()
    if this is None:
        return Lock(files)
    rules = seccomp.helper_filter(this) if program else seccomp.reading_filter(this, os.getpid())
    return Lock(files, seccomp.install(rules, this))


def lock_for_office(program: str, folder: str) -> Lock:
    """Lock this process, which is going to be LibreOffice: it writes in `folder` alone, and reaches no network."""
    if sys.platform != "linux":
        return Lock()
    paths = [*readable(), *_of_program(program), *_OFFICE]
    files = landlock.restrict(paths, execute=True, writable=(folder, "/dev/null"), sockets=PIPES)
    this = machine()
    return Lock(files, this is not None and seccomp.install(seccomp.office_filter(this), this))


def readable() -> list[str]:
    """Folders and files that the readers' libraries are loaded from, this program's own among them."""
    core = Path(__file__).resolve().parents[2]
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    found = [str(core), *(sysconfig.get_path(name) for name in names), *_SYSTEM]
    found += [os.path.join(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix)]
    found += [entry for entry in sys.path if entry and not _holds_documents(entry, core)]
    found += os.environ.get("LD_LIBRARY_PATH", "").split(":")
    return [path for path in dict.fromkeys(found) if path]


def _holds_documents(entry: str, core: Path) -> bool:
    """Whether a folder of sys.path may be where a person works: a checkout, the home folder or one above it."""
    place = Path(entry).resolve()
    home = Path(os.environ.get("HOME") or os.path.expanduser("~")).resolve()
    checkout = place == core.parent and place.name not in ("site-packages", "dist-packages")
    return checkout or home.is_relative_to(place)


def _of_program(program: str) -> list[str]:
    where = shutil.which(program) or program
    found = [os.path.dirname(os.path.realpath(where)), os.path.dirname(where), "/usr/bin", "/bin"]
    return [*found, os.environ.get("TESSDATA_PREFIX", "")]
