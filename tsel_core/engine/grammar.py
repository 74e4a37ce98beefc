"""What may be written next, by a grammar: JSON of a schema, or text around it (llguidance keeps the state)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import Tensor

from tsel_core.errors import TselError, UsageError
from tsel_core.installing import adding

if TYPE_CHECKING:
    import llguidance

ANY_OBJECT: Mapping[str, object] = {"type": "object"}
_SEPARATORS = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}
"""One way to write each object: a small model that may write white space anywhere can go on with it for ever."""


def _library() -> Any:
    """The module. Raises UsageError without it."""
    try:
        import llguidance
    except ImportError as error:
        raise UsageError(f"a reply of a given form needs {error.name}", adding("llguidance")) from error
    return llguidance


def json_grammar(schema: Mapping[str, Any]) -> str:
    """The grammar of a JSON schema's objects. Raises UsageError for a schema that cannot be followed."""
    found = str(_library().LLMatcher.grammar_from_json_schema(json.dumps(schema), overrides=_SEPARATORS))
    return _checked(found, "the JSON schema cannot be followed")


def lark_grammar(rules: str) -> str:
    """The grammar of rules in llguidance's form of Lark. Raises UsageError."""
    return _checked(str(_library().LLMatcher.grammar_from_lark(rules)), "the grammar cannot be followed")


def json_rule(schema: Mapping[str, Any]) -> str:
    """A schema as a part of Lark rules, written as `json_grammar` writes it."""
    return "%json " + json.dumps({**schema, "x-guidance": _SEPARATORS})


def _checked(grammar: str, what: str) -> str:
    why = str(_library().LLMatcher.validate_grammar(grammar))
    if why and not why.startswith("WARNING"):
        raise UsageError(f"{what}: {' '.join(why.split())[:240]}", "see docs/clients.md for what a schema may hold")
    return grammar


class Matcher:
    """Follows a grammar through the tokens that are written; `num_logits` is the length of the model's logits."""

    def __init__(self, grammar: str, tokenizer: Any, num_logits: int, end_ids: Sequence[int]) -> None:
        known = _tokenizer(tokenizer, num_logits, tuple(end_ids))
        self._matcher: llguidance.LLMatcher = _library().LLMatcher(known, grammar)
        self._mask = np.empty((num_logits + 31) // 32, dtype=np.int32)
        self._num_logits, self._end_id = num_logits, end_ids[0]
        self._check()

    def allowed(self) -> Tensor:
        """Which tokens may come next, bool [num_logits]; the end token alone once nothing more can be written."""
        if self._matcher.is_stopped():
            self._check()
            only = torch.zeros(self._num_logits, dtype=torch.bool)
            only[self._end_id] = True
            return only
        self._matcher.unsafe_compute_mask_ptr(self._mask.ctypes.data, self._mask.nbytes)
        self._check()
        bits = np.unpackbits(self._mask.view(np.uint8), bitorder="little")[: self._num_logits]
        return torch.from_numpy(bits.astype(bool))

    def take(self, token: int) -> None:
        """Go on by a token that was allowed."""
        if not self._matcher.is_stopped():
            self._matcher.consume_token(token)
            self._check()

    def _check(self) -> None:
        if self._matcher.is_error():
            why = " ".join(self._matcher.get_error().partition("<state>")[0].split())[:240]  # its own state follows
            raise TselError(f"the reply's form cannot be held: {why}", "ask for a simpler schema")


@lru_cache(maxsize=2)
def _tokenizer(tokenizer: Any, num_logits: int, end_ids: tuple[int, ...]) -> Any:
    """The vocabulary as the library reads it: once for a model, as it takes up to a second."""
    return _library().LLTokenizer(tokenizer.backend_tokenizer.to_str(), n_vocab=num_logits, eos_token=list(end_ids))
