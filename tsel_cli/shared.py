"""The options every answering command takes, added to its signature in one place."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from enum import Enum
from typing import Any

from tsel_cli import options as o
from tsel_cli.job import JobOptions
from tsel_core.config import DEFAULT_BUDGET, DEFAULT_NEW_TOKENS

# name of the JobOptions field -> (annotated type, default)
SHARED: dict[str, tuple[Any, Any]] = {
    "model": (o.Model, None),
    "device": (o.Device, "auto"),
    "kv": (o.KV, o.KVOption.auto),
    "memory_limit": (o.MemoryLimit, None),
    "attention": (o.AttentionOption, o.Attention.auto),
    "budget": (o.Budget, DEFAULT_BUDGET),
    "coverage": (o.CoverageFloor, 0.0),
    "profile": (o.ProfileName, None),
    "extrapolate": (o.Extrapolate, False),
    "effort": (o.EffortOption, o.Effort.normal),
    "quarantine": (o.QuarantineOption, o.QuarantineMode.auto),
    "think": (o.Think, False),
    "max_new_tokens": (o.MaxNewTokens, DEFAULT_NEW_TOKENS),
    "temperature": (o.Temperature, 0.0),
    "seed": (o.Seed, 0),
    "offline": (o.Offline, False),
    "no_cache": (o.NoCache, False),
    "keep_alive": (o.KeepAlive, None),
    "no_trace": (o.NoTrace, False),
    "encoding": (o.Encoding, None),
    "pages": (o.Pages, None),
    "password": (o.Password, None),
    "changes": (o.ChangesOption, o.Changes.accept),
    "comments": (o.Comments, False),
    "annotations": (o.Annotations, False),
    "hidden": (o.Hidden, False),
    "time_stamps": (o.TimeStamps, 60.0),
    "ocr": (o.Ocr, False),
    "lang": (o.LangOption, o.Lang.auto),
    "json": (o.Json, False),
    "format": (o.FormatOption, o.Format.text),
    "timings": (o.TimingsOption, False),
    "verify": (o.Verify, False),
    "recheck": (o.Recheck, False),
    "explain": (o.Explain, None),
    "log_text": (o.LogText, False),
    "quiet": (o.Quiet, False),
    "verbose": (o.Verbose, 0),
    "no_color": (o.NoColor, False),
}


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
            return command(**values, options=JobOptions(files=(), **shared))

        run.__signature__ = inspect.Signature([*own, *extra], return_annotation=int)  # type: ignore[attr-defined]
        run.__annotations__ = {p.name: p.annotation for p in [*own, *extra]} | {"return": int}
        del run.__wrapped__
        return run

    return decorate


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
