"""Several questions about the same documents, each with the earlier ones and their answers before it.

The prompt of a later turn begins with the very tokens of the earlier turns (answers as they were written), so a
turn reads its own question only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from tsel_core.answering.live_reading import check_room, continue_reading, mend
from tsel_core.device.timings import Timings
from tsel_core.document import Document, render_documents
from tsel_core.evidence.deciding.apart import bare_text
from tsel_core.evidence.follow_up import MAX_NEW_TOKENS, leans, stand_alone, with_last
from tsel_core.prompts.assemble import assemble, text_ids
from tsel_core.prompts.build import Prompt, placed_prompt
from tsel_core.prompts.plain_text import plain_pieces
from tsel_core.prompts.tasks import Task, ask_task
from tsel_core.prompts.thinking import render_chat
from tsel_core.trust.finish import finish_answer

if TYPE_CHECKING:
    from tsel_core.answer import Answer
    from tsel_core.engine.reading import Reading
    from tsel_core.session import Session

_DOC = "\x02DOCUMENT\x02"
_ROOM_TURNS = 4  # answers of full length for which a reading leaves room before it must be copied


@dataclass(frozen=True)
class Turn:
    """A question with its instruction, and the answer; `answer_ids` are the tokens as they were written.

    `meant`: the question with what it refers to named, which is what was asked; "" where it stands alone.
    """

    instruction: str
    question: str
    answer: str = ""
    answer_ids: tuple[int, ...] = ()
    meant: str = ""


def build_conversation(
    documents: Sequence[Document], system: str, turns: Sequence[Turn], task: Task, tokenizer: Any
) -> Prompt:
    """The prompt whose last turn is to be answered. Same tokens as build_prompt for a single turn.

    Words of documents, users and answers are never parsed for special tokens. Raises ModelError when the chat
    template drops a part.
    """
    rendered = render_documents(documents)
    pieces = plain_pieces(tokenizer, rendered.text)
    parts: dict[str, list[int]] = {_DOC: [token for token, _, _ in pieces]}
    messages = [{"role": "system", "content": system}]
    for number, turn in enumerate(turns):
        question, answer = f"\x02Q{number}\x02", f"\x02A{number}\x02"
        before = f"{_DOC}\n\n---\n" if number == 0 and documents else ""
        messages.append({"role": "user", "content": before + turn.instruction + question})
        parts[question] = text_ids(tokenizer, turn.meant or turn.question, special=False)
        if number + 1 < len(turns):
            messages.append({"role": "assistant", "content": answer})
            parts[answer] = list(turn.answer_ids) or text_ids(tokenizer, turn.answer, special=False)
    if not documents:
        del parts[_DOC]
    ids, begins = assemble(_render(tokenizer, messages), parts, tokenizer)
    return placed_prompt(ids, begins.get(_DOC, 0), pieces, rendered, documents, task)


def _render(tokenizer: Any, messages: list[dict[str, str]]) -> str:
    if not getattr(tokenizer, "chat_template", None):  # a base model: plain text, as build_prompt does it
        return f"{messages[0]['content']}\n\n" + "\n".join(m["content"] for m in messages[1:]) + "\n"
    return render_chat(tokenizer, messages)


@dataclass
class Conversation:
    """Questions to one session about the same documents; the reading stays in memory between them."""

    session: Session
    documents: Sequence[Document]
    lang: str | None = None  # code of the answers' language; None: each question's own
    turns: list[Turn] = field(default_factory=list)
    system: str = ""
    reading: Reading | None = None
    prompt: Prompt | None = None

    def ask(self, question: str, on_text: Callable[[str], None] | None = None) -> Answer:
        """Answer one question. After Ctrl-C the partial answer is part of the conversation, which goes on.

        Raises DoesNotFit when documents and conversation outgrow the window; the conversation is then unchanged.
        """
        task = ask_task(question, self.lang)
        system = self.system or task.system  # the first turn's, or the document would be read again
        session, again = self.session, self.session.looks_again(task)
        meant = self._meant(task) if again else ""
        turn = Turn(task.instruction, task.question, meant=meant)
        if self.prompt is not None:  # reading the files and loading belong to the first turn
            session.timings = Timings()
        prompt = build_conversation(self.documents, system, [*self.turns, turn], task, session.tokenizer)
        check_room(session, self.reading, prompt)
        last, self.reading = self.reading, None
        room = _ROOM_TURNS * (session.engine_config.max_new_tokens + 128)
        try:
            reading = continue_reading(session, last, prompt, _room_in_window(session, prompt, room))
        except KeyboardInterrupt:
            self.reading = mend(session, last)
            raise
        asked = task
        if again and self.turns:
            asked = replace(task, question=meant or with_last(task.question, self._last_question()))
        draft = session.write("chat", prompt, reading, None if again else on_text)
        written, first = tuple(session.written_ids), draft.text
        if again:
            draft = session.look(draft, asked, prompt, reading)
        self.reading = mend(session, reading)
        self.system, self.prompt = system, prompt
        made = finish_answer(draft, replace(prompt, task=asked))  # claims are held against what is meant
        answer = session.apart("chat", made, asked)
        said = draft.text if answer.text == made.text else bare_text(answer)
        if said != first:
            written = ()  # the turn holds what was said in the end
        self.turns.append(replace(turn, answer=said, answer_ids=written))
        if meant:
            answer = replace(answer, extra={**answer.extra, "meant": meant})
        return answer

    def _meant(self, task: Task) -> str:
        """The question with what it refers to in the last turn named; "" where it stands alone, or nobody can."""
        if not self.turns or not leans(task.question):
            return ""
        made = stand_alone(self._asked_alone, task.question, self._last_question(), self.turns[-1].answer)
        return "" if made == task.question else made

    def _last_question(self) -> str:
        """What the last turn asked: in its own words behind those it leans on, where nothing could be named."""
        question = ""
        for turn in self.turns:
            question = turn.meant or (with_last(turn.question, question) if question else turn.question)
        return question

    def _asked_alone(self, instruction: str, question: str) -> str:
        """The model's words on something without the document; "" where no reading is at hand."""
        if self.prompt is None or self.reading is None:
            return ""
        with self.session.asker(self.prompt, self.reading) as asker:
            return asker.ask(instruction, question, None, MAX_NEW_TOKENS, ("\n",), alone=True).text

    def reset(self) -> None:
        """Forget the questions and answers; the documents stay read."""
        self.turns.clear()


def _room_in_window(session: Session, prompt: Prompt, room: int) -> int:
    """As much room as the trained window leaves, at least for one answer; past the window, all of it."""
    left, least = session.info.trained_window - prompt.num_tokens, session.engine_config.max_new_tokens
    if left < least and session.extrapolates(prompt.num_tokens + least):
        return room
    return max(least, min(room, left))
