"""Models that reason in words before they answer: whether they may, and what of a reply is thought and not answer.

A thought is never shown as the answer, cited or scored. Without `think` the chat template's own switch is off; a
template that opens a thought all the same has it closed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tsel_core.errors import ModelError
from tsel_core.prompts.template import apply_template

OPEN, CLOSE = "<think>", "</think>"
SWITCHES = ("enable_thinking", "thinking")  # Qwen3, SmolLM3, Hunyuan, GLM; Granite, DeepSeek


def render_chat(
    tokenizer: Any, messages: list[dict[str, Any]], think: bool = False, tools: Sequence[Mapping[str, Any]] = ()
) -> str:
    """The chat template's text of a conversation, up to where the reply begins; `tools` are in its own form there.

    A template that refuses a system turn gets its words in the user's first turn. ModelError when it refuses that,
    too, or is at fault.
    """
    from jinja2.exceptions import TemplateError

    switches = dict.fromkeys(SWITCHES, think)
    try:
        text = apply_template(tokenizer, messages, switches, tools)
    except TemplateError as error:
        if messages[0]["role"] != "system" or len(messages) < 2:
            raise _refused(error) from error
        first = {"role": "user", "content": messages[0]["content"] + "\n\n" + messages[1]["content"]}
        merged = [first, *messages[2:]]
        try:
            text = apply_template(tokenizer, merged, switches, tools)
        except TemplateError as second:
            raise _refused(second) from second
    if not think and text.rstrip().endswith(OPEN):
        text = text.rstrip() + f"\n\n{CLOSE}\n\n"
    return text


def _refused(error: Exception) -> ModelError:
    why = next(iter(str(error).splitlines()), "")[:200]
    return ModelError(f"the model's chat template refuses the conversation: {why}", "use an instruction-tuned model")


class Thoughts:
    """Takes a reply piece by piece and gives back what is answer; the rest is kept in `text`.

    `opened`: the prompt ends inside a thought. A thought that a model begins by itself is one at the very beginning
    of its reply; anywhere else the tag is a word like others.
    """

    def __init__(self, tokenizer: Any, opened: bool = False) -> None:
        self._open, self._close = (_single_token(tokenizer, tag) for tag in (OPEN, CLOSE))
        self.inside = opened
        self.num_tokens = 0
        self.answer_ids: list[int] = []  # tokens of the answer alone
        self.text = ""
        self._held = ""  # the reply so far, while it may yet turn out to be a tag
        self._begins = not opened  # nothing of an answer was seen
        self._trims = False  # a thought ended: the blank lines after it go with it

    def push(self, token_id: int, piece: str) -> str:
        """Take a token and its text; the text that is answer."""
        if token_id == self._open and self._begins and not self._held.strip():
            self.inside, self._held, self.answer_ids = True, "", []
        elif token_id == self._close and self.inside:
            self.num_tokens += 1
            return self._ended(piece.partition(CLOSE)[2])
        elif self.inside:
            return self._in_thought(piece)
        else:
            self.answer_ids.append(token_id)
            return self._in_answer(piece)
        self.num_tokens += 1
        return ""

    def end(self) -> None:
        """The thought was ended by the program."""
        self._ended("")

    def as_json(self) -> dict[str, Any]:
        """The "thought" object of the JSON."""
        return {"tokens": self.num_tokens, "text": self.text.strip()}

    def finish(self, rest: str) -> str:
        """What is left at the end of the reply."""
        if self.inside:
            self.text += self._held + rest
            self._held = ""
            return ""
        held, self._held = self._held, ""
        return held + rest

    def _in_thought(self, piece: str) -> str:
        self.num_tokens += 1
        self._held += piece
        thought, closed, after = self._held.partition(CLOSE)
        if closed:
            self.text, self._held = self.text + thought, ""
            return self._ended(after)
        keep = _tag_begins(self._held, CLOSE)
        cut = len(self._held) - keep
        self.text, self._held = self.text + self._held[:cut], self._held[cut:]
        return ""

    def _in_answer(self, piece: str) -> str:
        if self._trims:
            piece = piece.lstrip()
            self._trims = not piece
        if not self._begins:
            return piece
        self._held += piece
        seen = self._held.lstrip()
        if seen.startswith(OPEN):
            self.inside, self._held, self.answer_ids = True, "", []
            return self._in_thought(seen[len(OPEN) :])
        if OPEN.startswith(seen):
            return ""
        self._begins = False
        held, self._held = self._held, ""
        return held

    def _ended(self, after: str) -> str:
        self.text += self._held
        self.inside, self._held, self._begins, self._trims = False, "", False, True
        return self._in_answer(after)


def opens_thought(text: str) -> bool:
    """Whether a rendered prompt ends inside a thought."""
    return text.rstrip().endswith(OPEN)


def closing_ids(tokenizer: Any) -> list[int]:
    """Tokens that end a thought which took too long."""
    return list(tokenizer(f"\n{CLOSE}\n\n", add_special_tokens=False)["input_ids"])


def _tag_begins(text: str, tag: str) -> int:
    """How many characters at the end of a text may be the beginning of a tag."""
    return next((size for size in range(min(len(tag) - 1, len(text)), 0, -1) if text.endswith(tag[:size])), 0)


def _single_token(tokenizer: Any, tag: str) -> int:
    """The token of a tag; -1 where it is none."""
    machine = getattr(tokenizer, "backend_tokenizer", None)
    if machine is not None:  # of the library: to ask for all of a vocabulary takes a tenth of a second
        found = machine.token_to_id(tag)
        return -1 if found is None else int(found)
    vocabulary: dict[str, int] = getattr(tokenizer, "get_vocab", dict)()
    return int(vocabulary.get(tag, -1))
