"""Triton's interpreter without work whose result nobody sees: a third of its time, the same numbers.

Two things of Triton 3.9 are left out. Each sum and product of int32 is also taken in int64 and compared with its limits, for
`device_assert`, which without `debug` drops the comparison. And every call of one jitted function by another replaces the
builtins of `tl` once more, which the launch has replaced already.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable
from typing import Any

from triton.runtime import interpreter

Patch = Callable[[Callable[..., Any]], Any]


@functools.cache
def _languages(function: Callable[..., Any]) -> frozenset[str]:
    """Which of the modules that the interpreter patches a jitted function sees."""
    known = (interpreter.tl, interpreter.tl.core)
    return frozenset(value.__name__ for value in function.__globals__.values() if inspect.ismodule(value) and value in known)


class Patches:
    """Patches of each module at most once a launch. `patch`, `launch`: what Triton does."""

    def __init__(self, patch: Patch, launch: Callable[..., Any]) -> None:
        self.patch, self.launch = patch, launch
        self.launches: list[set[str]] = []

    def of_function(self, function: Callable[..., Any]) -> Any:
        """In place of `_patch_lang`: None where a function around this one has patched what it sees (it also restores)."""
        languages = _languages(function)
        if self.launches and languages and languages <= self.launches[-1]:
            return None
        scope = self.patch(function)
        if self.launches:
            self.launches[-1] |= languages
        return scope

    def of_launch(self, executor: Any, *args: Any, **kwargs: Any) -> Any:
        """In place of `GridExecutor.__call__`."""
        self.launches.append(set())
        try:
            return self.launch(executor, *args, **kwargs)
        finally:
            self.launches.pop()


def install() -> Callable[[], None]:
    """Make the interpreter of this process quick; returns what makes it as it was."""
    if not hasattr(interpreter, "_patch_lang"):  # another version: slow, not broken (its own tests say so)
        return lambda: None
    builder, executor = interpreter.interpreter_builder, interpreter.GridExecutor
    options, patch, launch = builder.options, interpreter._patch_lang, executor.__call__
    patches = Patches(patch, launch)
    if not options.debug:  # with it an overflow is an error, and the comparison is wanted
        builder.options = dataclasses.replace(options, sanitize_overflow=False)
    interpreter._patch_lang = patches.of_function
    executor.__call__ = lambda self, *args, **kwargs: patches.of_launch(self, *args, **kwargs)

    def back() -> None:
        builder.options, interpreter._patch_lang, executor.__call__ = options, patch, launch

    return back
