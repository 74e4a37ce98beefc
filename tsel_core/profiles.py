"""Named settings: exact, careful, fast (docs/quality.md has the evidence), and profiles that `tsel tune` saved.

A tuned profile is kept with the hashes of the model and tokenizer it was measured on; when they changed since, it is
still used but the caller is given a warning to show.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.config import Mode
    from tsel_core.evaluation.settings import Setting

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Profile:
    """Modes and selection settings under a name. `measured` is what tuning found (KL, agreement, cost, ...)."""

    name: str
    prefill: Mode
    decode: Mode
    selection: SelectionConfig = field(default_factory=SelectionConfig)
    model_sha256: str = ""
    tokenizer_sha256: str = ""
    measured: dict[str, Any] = field(default_factory=dict)

    def as_setting(self) -> Setting:
        """The profile as a setting to evaluate."""
        from tsel_core.evaluation.settings import Setting

        return Setting(self.name, self.prefill, self.decode, self.selection)

    def as_json(self) -> dict[str, Any]:
        """Plain values, as they are saved."""
        return asdict(self)


PROFILES: dict[str, Profile] = {
    "exact": Profile("exact", "full", "full"),
    # docs/quality.md, "Profiles": what each kept of full attention's answers; fast is what select does by itself
    "careful": Profile("careful", "select", "select", SelectionConfig(budget=4096, reuse_threshold=1.0)),
    "fast": Profile("fast", "select", "select", SelectionConfig()),
}


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


def save_profile(profile: Profile) -> Path:
    """Write a tuned profile (replacing one of that name) and return its path."""
    path = profiles_folder() / f"{check_name(profile.name)}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".json.part")
    partial.write_text(json.dumps(profile.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    os.replace(partial, path)
    return path


def find_profile(name: str) -> Profile:
    """A built-in or tuned profile. Raises UsageError for an unknown name or a damaged file."""
    if name in PROFILES:
        return PROFILES[name]
    folder = profiles_folder()
    path = folder / f"{name}.json"
    if not _NAME.fullmatch(name) or not path.is_file():
        tuned = sorted(p.stem for p in folder.glob("*.json")) if folder.is_dir() else []
        raise UsageError(f"profile {name!r} is not known", f"profiles: {', '.join([*PROFILES, *tuned])}")
    try:
        return _parse(name, json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError, UsageError) as error:
        raise UsageError(f"{path}: not a profile: {error}", "run tsel tune again") from error


def _parse(name: str, found: dict[str, Any]) -> Profile:
    known = {f.name for f in fields(SelectionConfig)}
    given = {k: v for k, v in found["selection"].items() if k in known}
    chosen: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in given.items()}
    for mode in (found["prefill"], found["decode"]):
        if mode not in ("full", "select"):
            raise ValueError(f"mode must be full or select, got {mode!r}")
    return Profile(
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


def changed_since(profile: Profile, model_sha256: str, tokenizer_hash: str) -> str | None:
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
