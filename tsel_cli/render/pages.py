"""HTML pages from templates: whatever is put in is escaped, and controls are taken out, unless it is markup of ours."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from tsel_core.text.safe import clean_for_terminal


def render_page(template: str, **values: Any) -> str:
    """A template of tsel_cli/render ("explain/page.html") with its values."""
    return _environment().get_template(template).render(**values)


def part(name: str) -> Markup:
    """A file of ours that goes into a page as it is: a style, a script."""
    return Markup(_source(name))


@cache
def _environment() -> Environment:
    return Environment(
        loader=FunctionLoader(_source),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        finalize=_clean,
    )


def _source(name: str) -> str:
    return (files("tsel_cli.render") / name).read_text(encoding="utf-8")


def _clean(value: Any) -> Any:
    return clean_for_terminal(value) if isinstance(value, str) and not isinstance(value, Markup) else value
