"""A model's chat template is a program of strangers: it gets seconds, and its faults are said in words."""

from __future__ import annotations

import contextlib
import ctypes
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from tsel_core.errors import ModelError

SECONDS = 5.0
MOST_CHARS = 1 << 24  # of the text around messages
_HINT = "use a model with a usual chat template"


def apply_template(
    tokenizer: Any,
    messages: list[dict[str, Any]],
    switches: dict[str, bool],
    tools: Sequence[Mapping[str, Any]] = (),
) -> str:
    """The template's text of a conversation, up to where the reply begins.

    jinja2's TemplateError where the template refuses it; ModelError where it is at fault itself, or takes too long.
    """
    from jinja2.exceptions import SecurityError, TemplateError, TemplateSyntaxError, UndefinedError

    template = tokenizer.chat_template
    for text in template.values() if isinstance(template, dict) else [template]:
        _check(str(text))
    try:
        with _seconds(SECONDS):
            told: dict[str, Any] = {"tokenize": False, "add_generation_prompt": True, **switches}
            if tools:
                told["tools"] = [dict(tool) for tool in tools]
            found = str(tokenizer.apply_chat_template(messages, **told))
    except _TookTooLong:
        raise ModelError(f"the model's chat template ran for more than {SECONDS:.0f} s", _HINT) from None
    except (SecurityError, TemplateSyntaxError, UndefinedError) as error:
        raise _fault(error) from error
    except TemplateError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError) as error:
        raise _fault(error) from error
    except (MemoryError, RecursionError) as error:
        raise _fault(error) from None
    if len(found) > MOST_CHARS + sum(len(m["content"]) for m in messages) + len(str(tools)):
        raise ModelError(f"the model's chat template makes {len(found):,} characters", _HINT)
    return found


@lru_cache(maxsize=8)
def _check(template: str) -> None:
    """Refuse what no limit of time can end: a power of numbers holds the interpreter until it is computed."""
    from jinja2 import Environment, TemplateSyntaxError, nodes

    environment, powers = Environment(extensions=["jinja2.ext.loopcontrols"]), False
    try:
        powers = environment.parse(template).find(nodes.Pow) is not None
    except TemplateSyntaxError:  # tags of transformers' own, or a fault that is said when it is applied
        with contextlib.suppress(TemplateSyntaxError):
            powers = any(kind == "operator" and text == "**" for _, kind, text in environment.lex(template))
    if powers:
        raise ModelError("the model's chat template computes powers of numbers", _HINT)


def _fault(error: BaseException) -> ModelError:
    why = next(iter(str(error).splitlines()), "") or type(error).__name__
    return ModelError(f"the model's chat template is at fault: {why[:200]}", _HINT)


class _TookTooLong(Exception):
    """Raised inside the thread whose time is over."""


@contextlib.contextmanager
def _seconds(limit: float) -> Iterator[None]:
    """End the Python code within by _TookTooLong after so many seconds, in whichever thread it runs."""
    lock, over, sent, thread = threading.Lock(), threading.Event(), threading.Event(), threading.get_ident()

    def stop() -> None:
        with lock:
            if not over.is_set():
                sent.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), ctypes.py_object(_TookTooLong))

    timer = threading.Timer(limit, stop)
    timer.daemon = True
    timer.start()
    try:
        try:
            yield
        finally:
            with lock:  # from here on nothing is sent
                over.set()
    except _TookTooLong:
        sent.clear()
        raise
    finally:
        timer.cancel()
        if sent.is_set():
            _received()


def _received() -> None:
    """What was sent at the last moment is raised here: to take it back would hang a profiler (Python 3.11)."""
    with contextlib.suppress(_TookTooLong):
        while True:
            time.sleep(0.001)
