"""Variables that no option has (effective.beside): a value that means nothing is refused, as an option's is."""

from __future__ import annotations

from collections.abc import Mapping

from tsel_core.errors import UsageError

_SWITCH = ("1", "on", "true", "yes", "0", "off", "false", "no")
CHOICES: dict[str, tuple[str, ...]] = {
    "TSEL_LOG": _SWITCH,
    "TSEL_OTEL": _SWITCH,
    "TSEL_KEEP_INT8": _SWITCH,
    "TSEL_CPU_WEIGHTS": ("auto", "fp32", "bf16"),
    "TSEL_CPU_ATTENTION": ("auto", "fp32", "bf16"),
    "TSEL_CPU_INDEX": ("auto", "off", "int8"),
    "TSEL_CPU_ROWS": ("auto", "torch", "avx512-vnni", "avx-vnni", "avx2"),
}
_DAYS = "TSEL_LOG_DAYS"


def check_variables(environ: Mapping[str, str]) -> None:
    """Raise UsageError for a variable whose value is none of those it may have; an empty one is not set."""
    for name, known in CHOICES.items():
        value = environ.get(name, "").strip()
        if value and value.lower() not in known:
            raise UsageError(f"{name} must be one of {', '.join(known)}, got {value}", f"correct {name}, or unset it")
    days = environ.get(_DAYS, "").strip()
    if days and not _is_count(days):
        raise UsageError(f"{_DAYS} must be a number of at least 0, got {days}", f"correct {_DAYS}, or unset it")


def _is_count(text: str) -> bool:
    try:
        return 0 <= float(text) < float("inf")
    except ValueError:
        return False
