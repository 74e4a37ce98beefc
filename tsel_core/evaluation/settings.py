"""A named way to read: modes of prefill and decode, and the selection's settings; and how it is written."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from tsel_core.config import SelectionConfig
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.config import Mode

_HINT = "write --setting name=key:value,... such as --setting dense=anchor_every:8,budget:4096"


@dataclass(frozen=True)
class Setting:
    """`prefill` and `decode` are "full" or "select"; `selection` counts where one of them selects."""

    name: str
    prefill: Mode = "select"
    decode: Mode = "select"
    selection: SelectionConfig = field(default_factory=SelectionConfig)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"name": self.name, "prefill": self.prefill, "decode": self.decode, **asdict(self.selection)}


FULL = Setting("full", "full", "full")


def parse_setting(text: str, base: Setting | None = None) -> Setting:
    """`name`, `name=key:value,...`: keys are prefill, decode, profile and the fields of SelectionConfig.

    A bare name is a profile (tsel_core.profiles); lists are joined by "+": full_layers:0+1. Raises UsageError.
    """
    from tsel_core.profiles import PROFILES

    name, _, rest = text.partition("=")
    name = name.strip()
    if not name:
        raise UsageError(f"setting {text!r} has no name", _HINT)
    if not rest:
        if name == "full":
            return FULL
        if name in PROFILES:
            return PROFILES[name].as_setting()
        raise UsageError(f"setting {name!r} is not a profile", f"profiles: full, {', '.join(PROFILES)}; or {_HINT}")
    pairs = dict(_pair(part) for part in rest.split(","))
    start = base or Setting(name)
    if "profile" in pairs:
        chosen = pairs.pop("profile")
        if chosen not in PROFILES:
            raise UsageError(f"profile {chosen!r} is not known", f"profiles: {', '.join(PROFILES)}")
        start = PROFILES[chosen].as_setting()
    modes = {k: _mode(k, pairs.pop(k)) for k in ("prefill", "decode") if k in pairs}
    kinds = {f.name: getattr(SelectionConfig(), f.name) for f in fields(SelectionConfig)}
    unknown = sorted(set(pairs) - set(kinds))
    if unknown:
        raise UsageError(f"setting {name}: {', '.join(unknown)} is not known", f"known: {', '.join(sorted(kinds))}")
    changes = {k: _value(k, v, kinds[k]) for k, v in pairs.items()}
    return replace(start, name=name, **modes, selection=replace(start.selection, **changes))  # type: ignore[arg-type]


def _pair(part: str) -> tuple[str, str]:
    key, colon, value = part.partition(":")
    if not colon or not key.strip() or not value.strip():
        raise UsageError(f"{part!r} is not key:value", _HINT)
    return key.strip(), value.strip()


def _mode(key: str, value: str) -> str:
    if value not in ("full", "select"):
        raise UsageError(f"{key} must be full or select, got {value!r}", _HINT)
    return value


def _value(key: str, text: str, like: Any) -> Any:
    """`text` as the type of a field's default."""
    try:
        if isinstance(like, bool):
            return {"true": True, "on": True, "1": True, "false": False, "off": False, "0": False}[text.lower()]
        if isinstance(like, tuple):
            return tuple(int(part) for part in text.split("+") if part)
        return type(like)(text)
    except (ValueError, KeyError) as error:
        raise UsageError(f"{key} must be of type {type(like).__name__}, got {text!r}", _HINT) from error
