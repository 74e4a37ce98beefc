"""Questions of our own to a document that was read: the reading is used again, and is put back as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from tsel_core.engine.captured_writer import CapturedWriter
from tsel_core.engine.reading import Reading
from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.borrow import borrowed
from tsel_core.evidence.asking.constraint import Allowed, one_of
from tsel_core.evidence.asking.reply import Reply, logprobs, reply_bound, reply_freely
from tsel_core.evidence.asking.tail import Template, plain_ids
from tsel_core.evidence.heads.masses import Head, HeadMasses, masses_of, watched_layers
from tsel_core.layers.head_watch import HeadWatch
from tsel_core.prompts.build import Prompt

if TYPE_CHECKING:
    from tsel_core.engine.engine import Engine

_SPARE = 1024  # rows more than asked for, when a cache is made: the next question is as long


@dataclass(frozen=True)
class _Saved:
    """What a reading held behind the document before the first question: its rows by layer (None: read again)."""

    ids: tuple[int, ...]
    logits: Tensor
    rows: list[tuple[Tensor, Tensor]] | None


@dataclass
class _Short:
    """The reading of questions without the document: what stands in it behind the template's head, its writer."""

    reading: Reading
    captured: CapturedWriter
    passages: tuple[int, ...] = ()


@dataclass
class Asker:
    """Asks about one document whose reading is in memory; greedy and deterministic, whatever was asked before.

    A question costs its own tokens: the reading is cut back to the document's end and goes on from there. Between the
    first question and `close` (or the end of a `with`) nobody else may use the reading; the engine is free all the
    time. With `alone` the model sees the template, the passages and the question, and no document.
    """

    engine: Engine
    tokenizer: Any
    prompt: Prompt
    reading: Reading
    _saved: _Saved | None = None
    _short: _Short | None = None
    _template: Template | None = field(default=None, repr=False)

    def __enter__(self) -> Asker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def template(self) -> Template:
        """The chat template around a turn, made once."""
        if self._template is None:
            self._template = Template.of(self.tokenizer, self.prompt)
        return self._template

    def ask(
        self,
        instruction: str,
        question: str = "",
        passages: Sequence[str] | None = None,
        max_new_tokens: int = 128,
        stop: Sequence[str] = (),
        allowed: Allowed | Sequence[str] | None = None,
        *,
        alone: bool = False,
        scored: bool = True,
    ) -> Reply:
        """The model's reply to `passages`, `instruction` and `question` after the document.

        It ends before the first of the texts `stop`. `allowed` bounds what it may be made of: texts, or a constraint
        (evidence.asking.constraint). `scored`: see reply_freely. Raises DoesNotFit past the trained window, and
        what the engine raises.
        """
        with self._at(instruction, question, passages, max_new_tokens, alone) as reading:
            if allowed is None:
                return reply_freely(self.engine, self.tokenizer, reading, max_new_tokens, tuple(stop), scored=scored)
            bound = one_of(allowed, self.tokenizer) if isinstance(allowed, Sequence) else allowed
            return reply_bound(self.engine, self.tokenizer, reading, max_new_tokens, bound)

    def choose(
        self,
        instruction: str,
        options: Sequence[str],
        passages: Sequence[str] | None = None,
        question: str = "",
        *,
        alone: bool = False,
        once: bool = False,
        by_first: bool = False,
    ) -> tuple[float, ...]:
        """How likely each option is as the reply's beginning: probabilities that add up to 1."""
        logs = self.weigh(instruction, options, passages, question, alone=alone, once=once, by_first=by_first)
        return tuple(torch.tensor(logs, dtype=torch.float64).softmax(0).tolist())

    def weigh(
        self,
        instruction: str,
        options: Sequence[str],
        passages: Sequence[str] | None = None,
        question: str = "",
        *,
        alone: bool = False,
        once: bool = False,
        by_first: bool = False,
    ) -> tuple[float, ...]:
        """Log-probability (nats) of each option's tokens as the reply's beginning, teacher forced.

        `once`: no further question is asked of these passages (with `alone`), so they are read in one pass with it.
        `by_first`: options that differ in their first token are told by that alone, which costs no pass of its own.
        """
        choices = [plain_ids(self.tokenizer, option, False) for option in options]
        if by_first and len({ids[0] for ids in choices}) == len(choices):
            choices = [ids[:1] for ids in choices]
        longest = max(map(len, choices))
        with self._at(instruction, question, passages, longest, alone, once) as reading:
            return tuple(sum(logprobs(self.engine, reading, ids)) for ids in choices)

    def masses(self, question: str, heads: Sequence[Head], instruction: str = "") -> HeadMasses:
        """Where these heads look when they read `question` behind the document (and an instruction)."""
        tail = self.template.tail(instruction, question, (), self.prompt.task.lang)
        before = self.template.tail(instruction, "", (), self.prompt.task.lang)
        doc_start, doc_end = self.prompt.doc_start, self.prompt.doc_end
        begin = doc_end + len(before) - len(self.template.end)
        watch = HeadWatch(watched_layers(heads), doc_start, doc_end, begin, doc_end + len(tail))
        with borrowed(self.engine):
            self.engine.runtime.watch = watch
            self._after_document(tail, 0)
        return masses_of(watch, heads, self.prompt)

    def close(self) -> None:
        """Put the reading back as it was before the first question."""
        saved, self._saved, self._short = self._saved, None, None
        if saved is None:
            return
        engine, reading = self.engine, self.reading
        with borrowed(engine), torch.inference_mode():
            engine.crop(reading, self.prompt.doc_end)
            if saved.rows is None:
                if saved.ids:
                    engine.extend(reading, saved.ids)
            else:
                for layer, rows in zip(reading.cache.pools, saved.rows, strict=True):
                    layer.update(*rows)
                reading.ids.extend(saved.ids)
            reading.logits = saved.logits

    @contextlib.contextmanager
    def _at(
        self,
        instruction: str,
        question: str,
        passages: Sequence[str] | None,
        room: int,
        alone: bool,
        once: bool = False,
    ) -> Iterator[Reading]:
        """The reading behind a question's tail, the engine borrowed."""
        words = instruction, question, passages or (), self.prompt.task.lang
        with borrowed(self.engine):
            if alone:
                yield self._after_head(*self.template.alone(*words), room, once)
            else:
                yield self._after_document(self.template.tail(*words), room)

    def _after_document(self, tail: Sequence[int], room: int) -> Reading:
        """The document's reading, extended by a tail, with `room` rows free."""
        engine, reading, end = self.engine, self.reading, self.prompt.doc_end
        needed, window = end + len(tail) + room, engine.loaded.info.trained_window
        if needed + reading.cache.offset > window and reading.beyond is None:
            raise DoesNotFit(
                f"a question of {len(tail):,} tokens after {end:,} leaves the trained window of {window:,}",
                "ask it of passages alone",
            )
        if self._saved is None:
            self._saved = self._save()
        engine.crop(reading, end)
        if needed > reading.cache.capacity:
            self._grow(needed + _SPARE)
        engine.extend(reading, tail)
        return reading

    @torch.inference_mode()
    def _save(self) -> _Saved:
        reading, end = self.reading, self.prompt.doc_end
        plain = reading.cache.storage == "plain" and not reading.cache.forgets
        copied = self.engine.ranks is None and plain and reading.beyond is None
        rows = None
        if copied:
            length = reading.cache.length
            held = [layer.held(length) for layer in reading.cache.pools]
            rows = [(k[:, :, end:].clone(), v[:, :, end:].clone()) for k, v in held]
        # rows may lack the last written token: then it is not in reading.ids either
        return _Saved(tuple(reading.ids[end:]), reading.logits, rows)

    @torch.inference_mode()
    def _grow(self, capacity: int) -> None:
        """A larger cache with the document's rows in the place of the reading's."""
        engine, old = self.engine, self.reading.cache
        cache = engine.new_cache(capacity, self.reading.decode_mode, rotated=self.reading.beyond is None)
        held = old.copy_to(cache, self.prompt.doc_end)
        assert held == self.prompt.doc_end  # where the reading was just cut
        engine.captured.forget()  # it holds the old one
        self.reading.cache = cache

    def _after_head(self, passages: Sequence[int], rest: Sequence[int], room: int, once: bool = False) -> Reading:
        """A short reading of the template's head, passages and the rest of a tail; its own captured loop.

        Head and passages stay for the next question. They are read as three pieces (`once`: as two), whatever was
        asked before: the numbers do not depend on it.
        """
        engine, head = self.engine, self.template.head
        engine.storage = "plain"
        needed = len(head) + len(passages) + len(rest) + room
        if self._short is None or self._short.reading.cache.capacity < needed:
            cache = engine.new_cache(needed + _SPARE, "full")
            reading = Reading([], cache, torch.empty(0), "full", "full", "a few passages")
            if head:
                engine.extend(reading, head)
            self._short = _Short(reading, engine.new_writer())
        reading, engine.captured = self._short.reading, self._short.captured
        if once:
            engine.crop(reading, len(head))
            self._short.passages = ()
            engine.extend(reading, [*passages, *rest])
            return reading
        if self._short.passages != tuple(passages):
            engine.crop(reading, len(head))
            self._short.passages = ()
            if passages:
                engine.extend(reading, passages)
            self._short.passages = tuple(passages)
        engine.crop(reading, len(head) + len(passages))
        engine.extend(reading, rest)
        return reading
