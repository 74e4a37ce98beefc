"""A model's tokenizer without transformers: the machine of tokenizer.json and the chat template.

transformers changes some machines while it reads them (tokens of tokenizer_config.json, other splitting rules), so what
it made is looked at once: a record says that the file's machine is the same as its own, and keeps template and special
tokens. Without a record, and where anything differs, transformers' tokenizer is used (load.py).
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import tokenizers

from tsel_core.cache_paths import models_dir
from tsel_core.device.versions import package_version
from tsel_core.errors import ModelError
from tsel_core.models.accepted import code_hash, write_record
from tsel_core.models.checked_files import SMALL_FILES, small_hash
from tsel_core.models.shipped.known import known_record
from tsel_core.models.store import sha256_of_text
from tsel_core.prompts.template import apply_template

_TEXTS = (
    "The minutes of 4 March 2024: 予算は 1,250,000 円。 Decision: approved (see §3.2), 'as-is'.",
    "  two  spaces\n\n\ttabs\r\nＦＵＬＬ ｗｉｄｔｈ é é ﷽ 🙂👩‍👩‍👧 \x00\x1b �",
    "<|im_start|>user\n<s>[INST]</s><tool_call><|eot_id|><bos><think>",
)
_CHATS = (
    [{"role": "system", "content": " Be brief. "}, {"role": "user", "content": "What?\n"}],
    [{"role": "user", "content": "A"}, {"role": "assistant", "content": "B"}, {"role": "user", "content": "C"}],
)


@dataclass(frozen=True, slots=True)
class TokenizerRecord:
    """What a tokenizer has beside its machine."""

    template: str | None
    special_tokens: dict[str, str]  # by name (bos_token, ...), as templates call them
    splits_special: bool  # whether special tokens in a text are text, where nobody says


class Encoded(dict[str, Any]):
    """Ids of a text as transformers gives them back: by name or attribute."""

    @property
    def input_ids(self) -> list[int]:
        """Ids of the text."""
        ids: list[int] = self["input_ids"]
        return ids


class PlainTokenizer:
    """The part of transformers' fast tokenizers that this program calls."""

    def __init__(self, machine: tokenizers.Tokenizer, record: TokenizerRecord) -> None:
        self.backend_tokenizer, self.record = machine, record
        self._lock = threading.Lock()  # threads share it, and a call changes what the next one finds
        self.chat_template = record.template
        machine.no_truncation()
        machine.no_padding()

    def __call__(
        self,
        text: str,
        *,
        add_special_tokens: bool = True,
        split_special_tokens: bool | None = None,
        return_offsets_mapping: bool = False,
        verbose: bool = True,
    ) -> Encoded:
        """Ids of one text; `verbose` says nothing here."""
        splits = self.record.splits_special if split_special_tokens is None else split_special_tokens
        with self._lock:
            if self.backend_tokenizer.encode_special_tokens != splits:
                self.backend_tokenizer.encode_special_tokens = splits
            found = self.backend_tokenizer.encode(text, add_special_tokens=add_special_tokens)
        made = Encoded(input_ids=found.ids)
        if return_offsets_mapping:
            made["offset_mapping"] = found.offsets
        return made

    def decode(
        self, ids: Iterable[int] | int, skip_special_tokens: bool = False, clean_up_tokenization_spaces: bool = False
    ) -> str:
        """Text of ids, as it is: a record is made of tokenizers only that do not tidy up spaces."""
        wanted = [ids] if isinstance(ids, int) else [int(i) for i in ids]
        with self._lock:
            return str(self.backend_tokenizer.decode(wanted, skip_special_tokens=skip_special_tokens))

    def apply_chat_template(
        self,
        messages: list[dict[str, Any]],
        *,
        tokenize: bool = False,
        add_generation_prompt: bool = False,
        **switches: Any,
    ) -> str:
        """Text of a conversation through the chat template. jinja2's TemplateError when it refuses."""
        from tsel_core.models.chat_template import render_template

        if tokenize or self.chat_template is None:
            raise ValueError("a conversation is rendered as text, by a template")
        names = {**self.record.special_tokens, **switches}
        return render_template(self.chat_template, messages, names, add_generation_prompt=add_generation_prompt)

    def get_vocab(self) -> dict[str, int]:
        """Ids by token, added ones too."""
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> dict[str, int]:
        found: dict[str, int] = self.backend_tokenizer.get_vocab(with_added_tokens=True)
        return found

    @cached_property
    def added_tokens_decoder(self) -> dict[int, Any]:
        """Added tokens by id."""
        found: dict[int, Any] = self.backend_tokenizer.get_added_tokens_decoder()
        return found


def known_tokenizer(folder: Path, model_type: str) -> PlainTokenizer | None:
    """The tokenizer of a folder for which there is a record; None where transformers must read it."""
    try:
        file = _file(folder, model_type)
        content = json.loads(file.read_text("utf-8")) if file.is_file() else known_record(folder, model_type)
        record = TokenizerRecord(**content)  # type: ignore[arg-type]
        return PlainTokenizer(tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")), record)
    except Exception:  # no record, or one that is damaged; tokenizers raises plain Exceptions
        return None


def is_known(folder: Path, model_type: str) -> bool:
    """Whether there is a record of a folder's tokenizer, made here or before the release."""
    return _file(folder, model_type).is_file() or known_record(folder, model_type) is not None


def remember_tokenizer(folder: Path, model_type: str, theirs: Any) -> None:
    """Write a record when the machine of the file does everything as transformers' tokenizer does."""
    if (folder / "additional_chat_templates").exists():
        return
    try:
        template = theirs.get_chat_template() if theirs.chat_template else None
        record = TokenizerRecord(template, dict(theirs.special_tokens_map), bool(theirs.split_special_tokens))
        ours = PlainTokenizer(tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json")), record)
    except Exception:  # it is read as before
        return
    with suppress(ModelError):
        if same_tokenizer(ours, theirs):
            write_record(_file(folder, model_type), json.dumps(asdict(record)))


def same_tokenizer(ours: PlainTokenizer, theirs: Any) -> bool:
    """Whether machine, texts and conversations are the same."""
    tidies = bool(theirs.clean_up_tokenization_spaces) and type(theirs.backend_tokenizer.model).__name__ != "BPE"
    if tidies or _state(ours.backend_tokenizer) != _state(theirs.backend_tokenizer):
        return False
    for text in _TEXTS:
        for options in ({"split_special_tokens": True}, {}):
            told = {"add_special_tokens": False, "return_offsets_mapping": True, **options}
            mine, other = ours(text, **told), theirs(text, **told)
            if mine.input_ids != other["input_ids"] or mine["offset_mapping"] != other["offset_mapping"]:
                return False
            if any(ours.decode(mine.input_ids, s) != theirs.decode(mine.input_ids, s) for s in (True, False)):
                return False
    return all(_rendered(ours, chat, on) == _rendered(theirs, chat, on) for chat in _CHATS for on in (True, False))


def _rendered(tokenizer: Any, chat: list[dict[str, str]], thinks: bool) -> str:
    if not tokenizer.chat_template:
        return ""
    switches = {"enable_thinking": thinks, "thinking": thinks}
    try:
        return apply_template(tokenizer, chat, switches)
    except ModelError:  # it ran for too long, or is at fault: not tried again and again
        raise
    except Exception as error:  # a template may refuse a conversation, in words of its own
        return f"{type(error).__name__}: {error}"


def _state(machine: tokenizers.Tokenizer) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(machine.to_str())
    return {key: value for key, value in content.items() if key not in ("truncation", "padding")}


def _file(folder: Path, model_type: str) -> Path:
    files = [f"{name}:{small_hash(folder / name)}" for name in SMALL_FILES]
    versions = [package_version(name) for name in ("transformers", "tokenizers", "jinja2")]
    named = sha256_of_text("|".join([model_type, code_hash(), *versions, *files]))
    return models_dir() / ".accepted" / f"tokenizer-{named[:40]}.json"
