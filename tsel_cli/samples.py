"""The sample documents that come with tsel: in a checkout or under the installation's share folder."""

from __future__ import annotations

import sys
from pathlib import Path

from tsel_core.errors import DocumentError


def samples_dir() -> Path:
    """Folder of the samples. Raises DocumentError when the installation left them out."""
    for folder in (Path(__file__).parent.parent / "samples", Path(sys.prefix) / "share" / "tsel" / "samples"):
        if (folder / "questions.jsonl").is_file():
            return folder
    raise DocumentError("the sample documents are not installed", "name a file of your own")


def long_sample() -> str:
    """Path of the long sample (about 20K tokens)."""
    return str(next(iter(sorted(samples_dir().glob("long_report.*")))))
