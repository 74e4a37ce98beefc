"""The options every answering command takes, added to its signature in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import fields
from enum import Enum
from typing import Any, get_args

from tsel_cli import options as o
from tsel_cli.job_options import JobOptions
from tsel_cli.option_values import check_values

# name of the JobOptions field -> annotated type; its default is the field's own
_TYPES: dict[str, Any] = {
    "model": o.Model,
    "device": o.Device,
    "kv": o.KV,
    "weights": o.Weights,
    "memory_limit": o.MemoryLimit,
    "attention": o.AttentionOption,
    "budget": o.Budget,
    "coverage": o.CoverageFloor,
    "profile": o.ProfileName,
    "extrapolate": o.Extrapolate,
    "effort": o.EffortOption,
    "quarantine": o.QuarantineOption,
    "think": o.Think,
    "max_new_tokens": o.MaxNewTokens,
    "temperature": o.Temperature,
    "seed": o.Seed,
    "offline": o.Offline,
    "no_cache": o.NoCache,
    "keep_alive": o.KeepAlive,
    "no_trace": o.NoTrace,
    "encoding": o.Encoding,
    "pages": o.Pages,
    "password": o.Password,
    "changes": o.ChangesOption,
    "comments": o.Comments,
    "annotations": o.Annotations,
    "hidden": o.Hidden,
    "time_stamps": o.TimeStamps,
    "ocr": o.Ocr,
    "speakers": o.Speakers,
    "lang": o.LangOption,
    "json": o.Json,
    "format": o.FormatOption,
    "timings": o.TimingsOption,
    "verify": o.Verify,
    "recheck": o.Recheck,
    "explain": o.Explain,
    "log_text": o.LogText,
    "quiet": o.Quiet,
    "verbose": o.Verbose,
    "no_color": o.NoColor,
}


def _default(name: str, kind: Any) -> Any:
    """The default of a JobOptions field, as a member of the option's enumeration where it has one."""
    value = next(f.default for f in fields(JobOptions) if f.name == name)
    of = get_args(kind)[0]
    return of(value) if isinstance(of, type) and issubclass(of, Enum) else value


SHARED: dict[str, tuple[Any, Any]] = {name: (kind, _default(name, kind)) for name, kind in _TYPES.items()}


def with_job_options(**defaults: Any) -> Callable[[Callable[..., int]], Callable[..., int]]:
    """Decorate a command `f(..., options: JobOptions)`: its signature gains every shared option.

    `defaults` override shared defaults. The command sets `files` itself with dataclasses.replace.
    """

    def decorate(command: Callable[..., int]) -> Callable[..., int]:
        own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.name != "options"]
        own = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
        extra = [
            inspect.Parameter(
                name, inspect.Parameter.KEYWORD_ONLY, default=defaults.get(name, default), annotation=kind
            )
            for name, (kind, default) in SHARED.items()
        ]

        @functools.wraps(command)
        def run(**values: Any) -> int:
            shared = {name: _plain(values.pop(name)) for name in SHARED}
            shared["no_cache"] = shared["no_cache"] or shared["no_trace"]
            options = JobOptions(files=(), **shared)
            check_values(options)
            return command(**values, options=options)

        run.__signature__ = inspect.Signature([*own, *extra], return_annotation=int)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*own, *extra]} | {"return": int}
        del run.__wrapped__
        return run

    return decorate


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
