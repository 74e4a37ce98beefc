"""Which model a machine begins with: a better one that fits is offered once, with its size and licence.

Asked on a terminal before the default model is fetched for the first time; a script gets the default and a line.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import typer

from tsel_cli.config_file import set_value
from tsel_cli.console import Stderr
from tsel_cli.i18n import say
from tsel_cli.job_options import JobOptions
from tsel_core.models.default import is_first_run

if TYPE_CHECKING:
    from tsel_core.document import Document
    from tsel_core.models.recommend import Advice

_CHARS_PER_TOKEN = 2  # between English (4) and Japanese (1): what fits must fit


def first_model(options: JobOptions, documents: Sequence[Document], console: Stderr) -> JobOptions:
    """The options, with the model that was chosen. Nothing is asked after the first run, offline or of a script."""
    if options.offline or not is_first_run(options.model):
        return options
    from tsel_core.models.catalog import DEFAULT_NAME
    from tsel_core.models.recommend import advise, models_here, this_machine

    chars = sum(len(unit.text) for document in documents for unit in document.units)
    advice = advise(this_machine(), models_here(), max(8_192, chars // _CHARS_PER_TOKEN))
    if advice.model == DEFAULT_NAME:
        return options
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        console.note(f"a larger model fits this machine: `tsel models use {advice.model}` takes it from now on")
        return options
    console.pause()
    return replace(options, model=advice.model) if _wanted(advice, console) else options


def _wanted(advice: Advice, console: Stderr) -> bool:
    """Ask; a yes is written into the config file, a no leads to the default, which is then here and not asked about."""
    say_what(advice.model, advice.fetch_bytes, advice.licence, console)
    console.note(advice.why)
    if not typer.confirm(say("use it from now on?"), default=False, err=True):
        return False
    path = set_value("model", advice.model)
    console.note(f"{path}: model = {advice.model}")
    return True


def say_what(model: str, fetch_bytes: int, licence: str, console: Stderr) -> None:
    """What would be fetched, before it is."""
    if fetch_bytes:
        console.note(f"{model}: {fetch_bytes / 1e9:.1f} GB to fetch, licence {licence}")
    else:
        console.note(f"{model}: on this machine already, licence {licence}")
