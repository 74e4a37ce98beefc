"""The shared options of answering commands as one value, and what they mean for the engine."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tsel_cli.console import Stderr
from tsel_cli.i18n import given_language
from tsel_core.config import DEFAULT_BUDGET, DEFAULT_NEW_TOKENS
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.config import SelectionConfig
    from tsel_core.text.language import Lang

THOUGHT = 1_024  # tokens a model may think before its answer, beside --max-new-tokens


@dataclass(frozen=True)
class JobOptions:
    """The shared options of answering commands, as the command line names them."""

    files: tuple[str, ...]
    model: str | None = None
    device: str = "auto"
    kv: str = "auto"
    weights: str = "auto"
    memory_limit: str | None = None
    attention: str = "auto"
    budget: int = DEFAULT_BUDGET
    coverage: float = 0.0
    profile: str | None = None
    extrapolate: bool | None = None
    effort: str = "normal"
    quarantine: str = "auto"
    think: bool = False
    max_new_tokens: int = DEFAULT_NEW_TOKENS
    temperature: float = 0.0
    seed: int = 0
    offline: bool = False
    no_cache: bool = False
    no_trace: bool = False  # it means no_cache too
    keep_alive: str | None = None
    encoding: str | None = None
    pages: str | None = None
    password: str | None = None
    changes: str = "accept"
    comments: bool = False
    annotations: bool = False
    hidden: bool = False
    time_stamps: float = 60.0
    ocr: bool = False
    speakers: bool = False
    lang: str = "auto"
    json: bool = False
    format: str = "text"
    timings: bool = False
    verify: bool = False
    recheck: bool = False
    explain: str | None = None
    log_text: bool = False
    quiet: bool = False
    verbose: int = 0
    no_color: bool = False

    @property
    def as_stored(self) -> tuple[str | None] | None:
        """The model whose weights are wanted as they are stored, without a limit of memory; None: other weights are."""
        plain = self.weights in ("auto", "full") and self.memory_limit is None
        return (self.model,) if plain else None

    @property
    def output(self) -> str:
        """text, markdown or json."""
        return "json" if self.json else self.format

    def console(self) -> Stderr:
        """Where progress and notes go."""
        return Stderr(quiet=self.quiet, verbose=self.verbose, no_color=self.no_color)


def memory_limit_of(options: JobOptions) -> int | None:
    """--memory-limit in bytes. Raises UsageError."""
    from tsel_core.text.sizes import parse_size

    return None if options.memory_limit is None else parse_size(options.memory_limit, "--memory-limit")


def selection_of(options: JobOptions) -> SelectionConfig:
    """The selection settings: a profile's, or the default one's with --budget; --coverage counts in both."""
    from tsel_core.settings import DEFAULT_PROFILE, find_profile

    if options.profile is None:
        return replace(DEFAULT_PROFILE.selection, budget=options.budget, coverage_floor=options.coverage)
    selection = find_profile(options.profile).selection
    return replace(selection, coverage_floor=options.coverage or selection.coverage_floor)


def attention_of(options: JobOptions) -> str:
    """--attention; a profile that never selects means full, any other leaves "auto" its choice by length."""
    if options.profile is None or options.attention != "auto":
        return options.attention
    from tsel_core.settings import find_profile

    profile = find_profile(options.profile)
    return "full" if profile.prefill == profile.decode == "full" else "auto"


def given_lang(options: JobOptions) -> Lang | None:
    """--lang where it is a language that rules and summaries know, None for auto and others."""
    return options.lang if options.lang in ("en", "ja") else None  # type: ignore[return-value]


def check_spoken(command: str) -> None:
    """Raise UsageError for a --lang that this command has no words in: lists and comparisons speak two languages."""
    given = given_language()
    if given is not None and given.lower() not in ("auto", "en", "ja"):
        raise UsageError(f"--lang must be one of auto, en, ja, got {given}", f"see tsel {command} --help")


def answer_lang(options: JobOptions) -> str | None:
    """--lang as the code of the language an answer is written in, None for auto."""
    return None if options.lang == "auto" else options.lang
