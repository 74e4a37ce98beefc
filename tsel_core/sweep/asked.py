"""The sweep's model: the one that read the document, asked about a passage alone."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.errors import DoesNotFit
from tsel_core.evidence.asking.asker import Asker
from tsel_core.evidence.asking.several import Question, ask_together
from tsel_core.sweep.guards import whole_sentences


class AskedModel:
    """See tsel_core.sweep.judge.Model. After Ctrl-C it says nothing any more, and code goes on alone."""

    def __init__(self, asker: Asker) -> None:
        self.asker = asker
        self.num_asked = 0
        self.interrupted = False
        self.num_written = 0

    def choose(self, passage: str, instruction: str, options: Sequence[str]) -> Sequence[float]:
        """Probability of each option as the reply."""
        undecided = [1 / len(options)] * len(options)
        if self.interrupted:
            return undecided
        self.num_asked += 1
        try:
            return self.asker.choose(instruction, options, [passage], alone=True)
        except KeyboardInterrupt:
            self.interrupted = True
            return undecided

    def write(self, passage: str, instruction: str, max_new_tokens: int) -> str:
        """The reply, cut to whole sentences."""
        return self.write_all([(passage, instruction)], max_new_tokens)[0]

    def write_all(self, asked: Sequence[tuple[str, str]], max_new_tokens: int) -> list[str]:
        """The replies to several instructions, each about its passage, written together."""
        if self.interrupted:
            return [""] * len(asked)
        try:
            replies = ask_together(self.asker, [Question(told, passage) for passage, told in asked], max_new_tokens)
        except KeyboardInterrupt:
            self.interrupted = True
            return [""] * len(asked)
        self.num_written += sum(len(reply.token_ids) for reply in replies)
        return [whole_sentences(r.text) if not r.ended else r.text for r in replies]

    def list_whole(self, instruction: str, max_new_tokens: int) -> str:
        """The reply about the document that was read, up to where it begins to repeat itself."""
        if self.interrupted or self.asker.prompt.num_document_tokens == 0:
            return ""
        try:
            reply = self.asker.ask(instruction, "", None, max_new_tokens)
        except KeyboardInterrupt:
            self.interrupted = True
            return ""
        except DoesNotFit:  # no room left in the window behind the document
            return ""
        self.num_written += len(reply.token_ids)
        lines = reply.text.split("\n")
        return "\n".join(lines if reply.ended else lines[:-1])
