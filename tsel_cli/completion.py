"""Words that a shell completes: models, profiles, runs of the log. Quick, and silent about whatever is wrong."""

from __future__ import annotations

import contextlib


def models(incomplete: str) -> list[str]:
    """Names of the catalogue and of models on this machine."""
    from tsel_core.cache_paths import models_dir
    from tsel_core.models.catalog import CATALOG

    names = {entry.name for entry in CATALOG}
    with contextlib.suppress(OSError):
        names |= {place.name for place in models_dir().iterdir() if place.is_dir() and place.name[0] != "."}
    return sorted(name for name in names if name.startswith(incomplete))


def profiles(incomplete: str) -> list[str]:
    """Built-in and tuned profiles, and pick rules of plugins."""
    from tsel_core import plugins
    from tsel_core.settings import PROFILES, profiles_folder

    names = {*PROFILES, *plugins.names("tsel.selection")}
    with contextlib.suppress(OSError):
        names |= {place.stem for place in profiles_folder().glob("*.json")}
    return sorted(name for name in names if name.startswith(incomplete))


def languages(incomplete: str) -> list[tuple[str, str]]:
    """Codes of the languages that answers are written in, with their names."""
    from tsel_core.text.tongue import LANGUAGES

    return [(code, name) for code, name in LANGUAGES.items() if code.startswith(incomplete)]


def runs(incomplete: str) -> list[str]:
    """Numbers of the last fifty runs, newest first."""
    from tsel_core.audit import log
    from tsel_core.errors import TselError

    with contextlib.suppress(TselError, OSError):
        numbers = [str(run["id"]) for run in log.runs(limit=50, newest_first=True)]
        return [number for number in numbers if number.startswith(incomplete)]
    return []
