"""The command that adds a package to this installation, by the way it was made: pip, pipx, uv, conda.

A hint that is wrong for the installation is worse than none: `pip install` beside pipx fills another environment.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
import sysconfig
from pathlib import Path
from typing import Literal

DISTRIBUTION = "tsel-reader"
SERVE = ("fastapi", "uvicorn", "python-multipart", "prometheus_client", "llguidance")
"""What the extra of that name brings (pyproject.toml)."""
_CONDA = {
    **{name: name for name in (*SERVE, "pyarrow", "keyring", "watchdog", "pillow-heif", "mcp", "faster-whisper")},
    "ray[default]": "ray-default",
    "prompt-toolkit": "prompt_toolkit",
}
"""What conda-forge calls them; what is not here comes by pip there, too."""

Way = Literal["pipx", "uv tool", "uv", "conda", "pip"]


def way_installed(prefix: Path) -> Way:
    """How the environment at `prefix` got this program."""
    if (prefix / "pipx_metadata.json").is_file():
        return "pipx"
    if (prefix / "uv-receipt.toml").is_file():
        return "uv tool"
    if any(prefix.glob(f"conda-meta/{DISTRIBUTION}-*.json")):
        return "conda"
    return "uv" if _installer() == "uv" else "pip"


def adding(*packages: str, alone: bool = False) -> str:
    """What to run, or whom to ask, so that these packages (as pip calls them) are there, too.

    `alone`: without what they depend on, where the installer can do that.
    """
    prefix = Path(sys.prefix)
    if not os.access(sysconfig.get_path("purelib"), os.W_OK) and sys.prefix != sys.base_prefix:
        return f"ask whoever installed tsel to add {', '.join(packages)}"
    names = " ".join(map(_quoted, packages))
    bare = f"--no-deps {names}" if alone else names
    match way_installed(prefix):
        case "pipx":
            return f"pipx inject {_quoted(prefix.name)} {names}"
        case "uv tool" | "uv":
            return f"uv pip install --python {_quoted(sys.prefix)} {bare}"
        case "conda" if all(name in _CONDA for name in packages):
            known = " ".join(_CONDA[name] for name in packages)
            return f"conda install --prefix {_quoted(sys.prefix)} -c conda-forge {known}"
    return f"{_pip()} install {bare}"


def _installer() -> str:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        return (distribution(DISTRIBUTION).read_text("INSTALLER") or "").strip()
    except PackageNotFoundError:  # a checkout on the path of modules
        return ""


def _pip() -> str:
    """The pip of this Python: by its name alone where that is the one that the shell finds."""
    found = shutil.which("pip")
    if found and Path(found).parent == Path(sys.prefix, "Scripts" if os.name == "nt" else "bin"):
        return "pip"
    return f"{_quoted(sys.executable)} -m pip"


def _quoted(word: str) -> str:
    if os.name != "nt":
        return shlex.quote(word)
    return f'"{word}"' if set(word) & set(" []&()") else word
