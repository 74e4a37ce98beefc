"""One request before the model: its prompt, and how the tokens of a reply are chosen."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tsel_core.engine.choosing import Choosing
from tsel_core.engine.sampling import Chooser, Sampler
from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_cli.serve.wire import ChatRequest
    from tsel_core.prompts.build import Prompt
    from tsel_core.prompts.tasks import Task
    from tsel_core.session import Session


def prompt_of(request: ChatRequest, tokenizer: Any) -> Prompt:
    """The prompt of a request, by whichever of its forms it came in."""
    from tsel_core.conversation import Turn, build_conversation
    from tsel_core.prompts.messages import build_messages
    from tsel_core.prompts.tasks import ask_task

    task = ask_task(request.question)
    if request.raw is not None:
        return _raw_prompt(request, task, tokenizer)
    if request.messages:
        return build_messages(request.documents, request.messages, request.tools, task, tokenizer)
    ours = bool(request.documents) and not request.system  # a client's own system message is left alone
    turns = [Turn(ask_task(q).instruction if ours else "", q, a) for q, a in request.turns]
    system = request.system or (ask_task(request.turns[0][0]).system if ours else "You are a helpful assistant.")
    return build_conversation(request.documents, system, turns, task, tokenizer)


def _raw_prompt(request: ChatRequest, task: Any, tokenizer: Any) -> Prompt:
    """A text to go on with, or its tokens. Raises UsageError for tokens that the model does not have."""
    from tsel_core.document import render_documents
    from tsel_core.prompts.build import placed_prompt

    raw = request.raw
    ids = list(tokenizer(raw, verbose=False)["input_ids"] if isinstance(raw, str) else raw or ())
    if not ids or max(ids) >= len(tokenizer.get_vocab()):
        raise UsageError("prompt must hold text, or tokens that the model has", "a string that is not empty")
    return placed_prompt(ids, 0, [], render_documents(()), (), task)


def summary_of(request: ChatRequest) -> Task:
    """The summary that a request asks for, in its documents' language."""
    from tsel_core.prompts.tasks import summary_task
    from tsel_core.sweep.other_tongues import summary_lang

    return summary_task(request.summary or "brief", summary_lang(request.documents))


def chooser_of(request: ChatRequest, session: Session, number: int) -> Chooser | None:
    """What chooses the tokens of the reply of this number; None: the session's own settings do."""
    choosing = request.choosing
    if request.tools and request.tool_choice not in ("auto", "none"):
        choosing = replace(choosing, grammar=_call_grammar(request, session.tokenizer))
    if choosing == Choosing() and number == 0:
        return None
    sampler = Sampler(request.temperature, request.top_p, request.seed + number)
    return Chooser(choosing, sampler, session.tokenizer, session.engine.loaded.eos_ids)


def _call_grammar(request: ChatRequest, tokenizer: Any) -> str:
    """The grammar of a call that must come. Raises UsageError where the model's calls are no JSON."""
    from tsel_core.engine.grammar import json_rule, lark_grammar
    from tsel_core.prompts.tool_calls import call_form, call_schema

    form = call_form(str(getattr(tokenizer, "chat_template", None) or ""))
    if form is None:
        raise UsageError("this model's calls have no JSON: tool_choice must be auto or none", "tool_choice: auto")
    name = request.tool_choice[1:] if request.tool_choice.startswith("=") else None
    rule = json_rule(call_schema(form, request.tools, name))
    around = [lark_words(words, tokenizer) for words in (form.begin, form.end)]
    return lark_grammar(f"start: {around[0]} call {around[1]}\ncall: {rule}\n")


def lark_words(words: str, tokenizer: Any) -> str:
    """Words of a form as a rule: tokens that were added to the vocabulary as those tokens, the rest as text."""
    added = {str(token): number for number, token in tokenizer.added_tokens_decoder.items()}
    if not words or not added:
        return json.dumps(words) if words else ""
    pattern = "|".join(re.escape(word) for word in sorted(added, key=len, reverse=True))
    pieces = [piece for piece in re.split(f"({pattern})", words) if piece]
    return " ".join(f"<[{added[piece]}]>" if piece in added else json.dumps(piece) for piece in pieces)
