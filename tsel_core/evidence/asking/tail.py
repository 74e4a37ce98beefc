"""Token ids of what stands after (or instead of) the document: passages, instruction, question, the template's end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.prompts.build import Prompt, template_pieces
from tsel_core.prompts.plain_text import plain_text_ids
from tsel_core.prompts.tasks import Task
from tsel_core.text.language import Lang

PASSAGES = {"en": "Passages of the document:", "ja": "文書の抜粋:"}


def passages_text(passages: Sequence[str], lang: Lang) -> str:
    """Numbered passages under a heading, "" for none. They are the document's words: data, as the document is."""
    if not passages:
        return ""
    lines = [f"[{number}] {' '.join(passage.split())}" for number, passage in enumerate(passages, 1)]
    return "\n".join([PASSAGES[lang], *lines]) + "\n\n"


@dataclass(frozen=True)
class Template:
    """The chat template of a model around one user turn: `head` before the turn's words, `end` behind them (ids)."""

    tokenizer: Any
    head: tuple[int, ...]
    end: tuple[int, ...]

    @classmethod
    def of(cls, tokenizer: Any, prompt: Prompt) -> Template:
        """The template around a prompt's document, with the system turn of its task."""
        task = prompt.task
        before, _, after = template_pieces(Task(task.kind, task.lang, task.system, "", ""), tokenizer)
        return cls(tokenizer, tuple(plain_ids(tokenizer, before, True)), tuple(plain_ids(tokenizer, after, True)))

    def tail(self, instruction: str, question: str, passages: Sequence[str], lang: Lang) -> list[int]:
        """What follows the document: the same ids as build_prompt's for a task.

        Nothing in it is parsed for special tokens: instruction, question and passages may hold a document's words.
        """
        ids = plain_ids(self.tokenizer, "\n\n---\n" + passages_text(passages, lang) + instruction, False)
        return ids + plain_ids(self.tokenizer, question, False) + list(self.end)

    def alone(
        self, instruction: str, question: str, passages: Sequence[str], lang: Lang
    ) -> tuple[list[int], list[int]]:
        """What follows the template's head where there is no document: the passages, and the rest behind them."""
        rest = plain_ids(self.tokenizer, instruction, False) + plain_ids(self.tokenizer, question, False)
        return plain_ids(self.tokenizer, passages_text(passages, lang), False), rest + list(self.end)


def plain_ids(tokenizer: Any, text: str, special: bool) -> list[int]:
    """Ids of a text; `special` says whether it may hold special tokens."""
    if not text:
        return []
    if not special:
        return plain_text_ids(tokenizer, text)
    return list(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])
