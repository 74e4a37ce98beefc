"""What `tsel --version` says: this program's version and commit, and those of what computes. Imports none of it."""

from __future__ import annotations

import json
import platform
import subprocess
from importlib import metadata
from pathlib import Path

from tsel_core import __version__

_ROOT = Path(__file__).parents[1]


def version_line() -> str:
    """One line: version, commit where it is known, torch, transformers, Python."""
    parts = [f"git {commit}"] if (commit := _commit()) else []
    parts += [f"{name} {found}" for name in ("torch", "transformers") if (found := _installed(name))]
    return f"tsel {__version__} ({', '.join([*parts, f'Python {platform.python_version()}'])})"


def _installed(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _commit() -> str | None:
    """The commit of a checkout, or the one that pip installed from; None where nobody knows."""
    if (_ROOT / ".git").exists():
        try:
            asked = ["git", "-C", str(_ROOT), "describe", "--always", "--dirty", "--abbrev=9", "--exclude=*"]
            return subprocess.run(asked, capture_output=True, text=True, timeout=5, check=True).stdout.strip() or None
        except (OSError, subprocess.SubprocessError):
            return None
    try:
        told = metadata.distribution("tsel-reader").read_text("direct_url.json")
    except metadata.PackageNotFoundError:
        return None
    found = json.loads(told or "{}").get("vcs_info", {}).get("commit_id")
    return str(found)[:9] if found else None
