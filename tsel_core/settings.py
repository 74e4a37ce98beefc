"""A named way to run: modes of prefill and decode and the selection's settings.

Built-in names are exact, careful and fast (quality.md has the evidence); `tsel tune` saves others. A tuned one is
kept with the hashes of the model and tokenizer it was measured on; when they changed since, it is still used but the
caller is given a warning to show.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from tsel_core.config import DEFAULT_BUDGET, Mode, SelectionConfig
from tsel_core.errors import UsageError
from tsel_core.lazy_pattern import lazy_pattern

_NAME = lazy_pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HINT = "write --setting name=key:value,... such as --setting dense=anchor_every:8,budget:4096"


@dataclass(frozen=True)
class Setting:
    """Modes and selection settings under a name; `selection` counts where prefill or decode selects.

    `measured` is what tuning found (KL, agreement, cost, ...) on the model and tokenizer of these hashes.
    """

    name: str
    prefill: Mode = "select"
    decode: Mode = "select"
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    model_sha256: str = ""
    tokenizer_sha256: str = ""
    measured: dict[str, Any] = field(default_factory=dict, hash=False)

    def as_json(self) -> dict[str, Any]:
        """Name, modes and selection as plain values, as results list them."""
        return {"name": self.name, "prefill": self.prefill, "decode": self.decode, **asdict(self.selection)}

    def saved(self) -> dict[str, Any]:
        """Plain values, as a tuned profile is saved."""
        return asdict(self)


FULL = Setting("full", "full", "full")
PROFILES: dict[str, Setting] = {
    "exact": Setting("exact", "full", "full"),
    # docs/dev/quality.md, "Profiles": what each kept of full attention's answers; fast is SelectionConfig as it is
    "careful": Setting("careful", selection=SelectionConfig(budget=DEFAULT_BUDGET, reuse_threshold=1.0)),
    "fast": Setting("fast"),
    "cells": Setting("cells", selection=SelectionConfig(cell_rows=64, lexical_share=0.25, delta=False)),
}


DEFAULT_PROFILE = PROFILES["careful"]
"""What a command or `tsel.open` selects with, unless it is told otherwise (docs/dev/quality.md, "The default")."""


def parse_setting(text: str, base: Setting | None = None) -> Setting:
    """`name`, `name=key:value,...`: keys are prefill, decode, profile and the fields of SelectionConfig.

    A bare name is a built-in profile; lists are joined by "+": full_layers:0+1. Raises UsageError.
    """
    name, _, rest = text.partition("=")
    name = name.strip()
    if not name:
        raise UsageError(f"setting {text!r} has no name", _HINT)
    if not rest:
        if name == "full":
            return FULL
        if name in PROFILES:
            return PROFILES[name]
        raise UsageError(f"setting {name!r} is not a profile", f"profiles: full, {', '.join(PROFILES)}; or {_HINT}")
    pairs = dict(_pair(part) for part in rest.split(","))
    start = base or Setting(name)
    if "profile" in pairs:
        chosen = pairs.pop("profile")
        if chosen not in PROFILES:
            raise UsageError(f"profile {chosen!r} is not known", f"profiles: {', '.join(PROFILES)}")
        start = PROFILES[chosen]
    modes = {k: _mode(k, pairs.pop(k)) for k in ("prefill", "decode") if k in pairs}
    kinds = {f.name: getattr(SelectionConfig(), f.name) for f in fields(SelectionConfig)}
    unknown = sorted(set(pairs) - set(kinds))
    if unknown:
        raise UsageError(f"setting {name}: {', '.join(unknown)} is not known", f"known: {', '.join(sorted(kinds))}")
    changes = {k: _value(k, v, kinds[k]) for k, v in pairs.items()}
    return replace(start, name=name, selection=replace(start.selection, **changes), **modes)  # type: ignore[arg-type]


def _pair(part: str) -> tuple[str, str]:
    key, colon, value = part.partition(":")
    if not colon or not key.strip() or not value.strip():
        raise UsageError(f"{part!r} is not key:value", _HINT)
    return key.strip(), value.strip()


def _mode(key: str, value: str) -> str:
    if value not in ("full", "select"):
        raise UsageError(f"{key} must be full or select, got {value!r}", _HINT)
    return value


def _value(key: str, text: str, like: object) -> object:
    """`text` as the type of a field's default."""
    try:
        if isinstance(like, bool):
            return {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}[text.lower()]
        if isinstance(like, tuple):
            return tuple(int(part) for part in text.split("+") if part)
        kind: type[Any] = type(like)
        return kind(text)
    except (ValueError, KeyError) as error:
        raise UsageError(f"{key} must be of type {type(like).__name__}, got {text!r}", _HINT) from error


def profiles_folder() -> Path:
    """Where tuned profiles are kept; TSEL_PROFILES names another folder."""
    named = os.environ.get("TSEL_PROFILES")
    if named:
        return Path(named)
    from platformdirs import user_config_path

    return user_config_path("tsel", appauthor=False) / "profiles"


def check_name(name: str) -> str:
    """The name of a profile that may be saved. Raises UsageError."""
    if not _NAME.fullmatch(name) or name in {*PROFILES, "full", "auto"}:
        raise UsageError(
            f"profile name {name!r} cannot be used", f"use letters, digits, . _ - and none of {', '.join(PROFILES)}"
        )
    return name


def save_profile(profile: Setting) -> Path:
    """Write a tuned profile (replacing one of that name) and return its path."""
    path = profiles_folder() / f"{check_name(profile.name)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".json.part")
    partial.write_text(json.dumps(profile.saved(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path


def find_profile(name: str) -> Setting:
    """A built-in or tuned profile, or one that picks by the rule of a plugin. Raises UsageError for any other."""
    from tsel_core.plugins import names

    if name in PROFILES:
        return PROFILES[name]
    folder = profiles_folder()
    path = folder / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        rules = names("tsel.selection")
        if name in rules:
            return Setting(name, selection=SelectionConfig(rule=name))
        tuned = sorted(p.stem for p in folder.glob("*.json")) if folder.is_dir() else []
        raise UsageError(f"profile {name!r} is not known", f"profiles: {', '.join([*PROFILES, *tuned, *rules])}")
    try:
        return _parse(name, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, UsageError) as error:
        raise UsageError(f"{path}: not a profile: {error}", "run tsel tune again") from error


def _parse(name: str, found: dict[str, Any]) -> Setting:
    known = {f.name for f in fields(SelectionConfig)}
    given = {k: v for k, v in found["selection"].items() if k in known}
    chosen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    for mode in (found["prefill"], found["decode"]):
        if mode not in ("full", "select"):
            raise ValueError(f"mode must be full or select, got {mode!r}")
    return Setting(
        name,
        found["prefill"],
        found["decode"],
        SelectionConfig(**chosen),
        str(found.get("model_sha256", "")),
        str(found.get("tokenizer_sha256", "")),
        dict(found.get("measured", {})),
    )


def tokenizer_sha256(folder: Path) -> str:
    """Hash of the files that decide token ids and chat template; "" when the folder has none of them."""
    digest, any_file = hashlib.sha256(), False
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        path = folder / name
        if path.is_file():
            any_file = True
            digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest() if any_file else ""


def changed_since(profile: Setting, model_sha256: str, tokenizer_hash: str) -> str | None:
    """A warning when a tuned profile was measured on another model or tokenizer, None otherwise."""
    changed = []
    if profile.model_sha256 and profile.model_sha256 != model_sha256:
        changed.append("model")
    if profile.tokenizer_sha256 and profile.tokenizer_sha256 != tokenizer_hash:
        changed.append("tokenizer")
    if not changed:
        return None
    return (
        f"profile {profile.name} was tuned on another {' and '.join(changed)}: "
        f"its fidelity is not known here; run tsel tune again"
    )
