"""The sweep's model for the evaluations: one session, its answers written down as they come."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tsel_core.config import EngineConfig
from tsel_core.document import Document
from tsel_core.models.load import pick_device, resolve_model
from tsel_core.prompts.tasks import summary_task
from tsel_core.session import Session
from tsel_core.sweep.asked import AskedModel
from tsel_core.text.language import Lang


@dataclass
class RecordedModel:
    """See tsel_core.sweep.judge.Model; `asked` holds every marked line with the probability of yes.

    `replies` holds every reply by its question, so that rules above the model can be tried again without it
    (ReplayedModel).
    """

    model: AskedModel
    asked: list[dict[str, Any]] = field(default_factory=list)
    replies: dict[str, Any] = field(default_factory=dict)

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """Ask, and write down."""
        found = self.model.choose(passage, instruction, options)
        self.replies[key(passage, instruction, options)] = [round(float(f), 5) for f in found]
        marked = next((line for line in passage.split("\n") if line.startswith(">> ")), passage[:80])
        self.asked.append({"line": marked, "asked": instruction[:40], "yes": round(float(found[0]), 4)})
        return found

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """Write, and write down."""
        text = self.model.write(passage, instruction, max_new_tokens)
        self.replies[key(passage, instruction)] = text
        self.asked.append({"line": passage[:80], "wrote": text})
        return text

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        """List, and write down."""
        text = self.model.list_whole(instruction, max_new_tokens)
        self.replies[key("", instruction)] = text
        self.asked.append({"asked": instruction[:40], "wrote": text})
        return text


@dataclass
class ReplayedModel:
    """The replies of an earlier run; `missing` counts questions that it was not asked: their options are even."""

    replies: dict[str, Any]
    missing: int = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """As it was chosen."""
        found = self.replies.get(key(passage, instruction, options))
        self.missing += found is None
        return found or [1 / len(options)] * len(options)

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """As it was written."""
        return self._text(key(passage, instruction))

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        """As it was listed."""
        return self._text(key("", instruction))

    def _text(self, name: str) -> str:
        self.missing += name not in self.replies
        return str(self.replies.get(name, ""))


def key(passage: str, instruction: str, options: Sequence[str] = ()) -> str:
    """The name of a question in a file of replies."""
    return hashlib.sha256("\0".join((passage, instruction, *options)).encode()).hexdigest()[:16]


def session_model(name: str, device: str) -> Callable[[Sequence[Document], Lang], RecordedModel]:
    """A function that gives the model for documents, which it has read."""
    session = Session(resolve_model(name), EngineConfig(max_new_tokens=128), device=pick_device(device))

    def model_for(documents: Sequence[Document], lang: Lang) -> RecordedModel:
        prompt = session.build(documents, summary_task("minutes", lang))
        return RecordedModel(AskedModel(session.asker(prompt, session.read(prompt))))

    return model_for
