"""The sweep's model: the one that read the document, asked about a passage alone."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.evidence.asker import Asker
from tsel_core.sweep.guards import whole_sentences


class AskedModel:
    """See tsel_core.sweep.judge.Model."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.num_asked = 0
        self.num_written = 0

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """Probability of each option as the reply."""
        self.num_asked += 1
        return self.asker.choose(instruction, options, [passage], alone=True)

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """The reply, cut to whole sentences."""
        reply = self.asker.ask(instruction, "", [passage], max_new_tokens, alone=True)
        self.num_written += len(reply.token_ids)
        return whole_sentences(reply.text) if not reply.ended else reply.text
