"""Tokenizers and chat templates without transformers, beside those of transformers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jinja2.exceptions import SecurityError, TemplateError
from tiny_folder import TEMPLATE, make_tokenizer
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import PreTrainedTokenizerFast, cache_utils

from tsel_core.errors import ModelError
from tsel_core.models.chat_template import render_template
from tsel_core.models.load import load_tokenizer, resolve_model
from tsel_core.models.plain_tokenizer import PlainTokenizer, known_tokenizer, remember_tokenizer

TEXTS = (
    "", " ", "Hello world", "予算は 1,250,000 円です。", "<|im_start|>user\n<s>x</s><extra>", "a\u0000b\r\n\tc", "🙂👩‍👩‍👧 ﷽ é",
    "  leading", "trailing  ", "<tool_call>{}</tool_call>", "ＦＵＬＬ\u3000ｗｉｄｔｈ",
)  # fmt: skip
CHATS: tuple[list[dict[str, str]], ...] = (
    [{"role": "system", "content": "  Be brief.\n"}, {"role": "user", "content": "Q & <A> \"x\"\n"}],
    [{"role": "user", "content": "Q"}],
    [{"role": "user", "content": "Q"}, {"role": "assistant", "content": " A "}, {"role": "user", "content": "議事録?"}],
    [{"role": "assistant", "content": "first"}],
)
TEMPLATES = {
    "chatml": TEMPLATE,
    "llama3": (
        "{{- bos_token }}{%- set ns = namespace(seen=false) %}\n{%- for message in messages %}\n"
        "    {%- if message['role'] == 'system' %}{%- set ns.seen = true %}{%- endif %}\n"
        "    {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}\n"
        "{%- endfor %}\n{%- if not ns.seen %}{{ 'Today: ' + strftime_now('%d %b %Y') }}{% endif %}"
        "{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}{%- endif %}"
    ),
    "mistral": (
        "{%- if messages[0].role == 'system' %}{%- set system = messages[0].content %}{%- set rest = messages[1:] %}"
        "{%- else %}{%- set rest = messages %}{%- endif %}{{ bos_token }}{% for m in rest %}"
        "{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}"
        "{{ raise_exception('roles must alternate') }}{% endif %}"
        "{% if m.role == 'user' %}[INST] {% if system is defined and loop.last %}{{ system + '\n\n' }}{% endif %}"
        "{{ m.content }}[/INST]{% else %}{{ ' ' + m.content + eos_token }}{% endif %}{% endfor %}"
    ),
    "gemma": (
        "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
        "{% endif %}{% for m in messages %}{{ '<start_of_turn>' + m.role + '\n' + m['content'] | trim }}\n{% endfor %}"
    ),
    "qwen3": (
        "{% for m in messages %}{% generation %}{{ m | tojson }}{{ m | tojson(indent=2) }}{% endgeneration %}\n"
        "{% if loop.index > 1 %}{% break %}{% endif %}{% endfor %}"
        "{% if enable_thinking is defined and enable_thinking is false %}<think>\n\n</think>{% endif %}"
        "{% if tools %}T{% endif %}{% if documents is none %}N{% endif %}{{ dict(a=1) | tojson }}"
    ),
    "blocks": "{% if true %}\n  {% for m in messages %}\n  {{ m.content }}\n  {% endfor %}\n{% endif %}\n{{ unk_token }}|",
    "changes what it is given": "{{ messages.append(1) }}",
    "reaches for Python": "{{ ''.__class__.__mro__ }}",
    "hidden names": "{% set ns = namespace() %}{% set ns._x = 1 %}{{ ns._x }}",
    "hidden names, at once": "{% set ns = namespace(_x=1) %}",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def rendered(render: Callable[[], str]) -> str:
    try:
        return render()
    except (TemplateError, SecurityError) as error:
        return type(error).__name__ if isinstance(error, SecurityError) else f"{type(error).__name__}: {error}"


@pytest.mark.parametrize("name", sorted(TEMPLATES))
@pytest.mark.parametrize("number", range(len(CHATS)))
def test_conversations_are_rendered_as_transformers_renders_them(name: str, number: int) -> None:
    theirs = make_tokenizer()
    theirs.chat_template = TEMPLATES[name]
    names = {**theirs.special_tokens_map, "enable_thinking": False, "thinking": False}
    for asks in (True, False):
        told: dict[str, Any] = {"add_generation_prompt": asks}
        ours = rendered(lambda: render_template(TEMPLATES[name], CHATS[number], names, **told))  # noqa: B023
        other = rendered(lambda: str(theirs.apply_chat_template(CHATS[number], tokenize=False, **told, **names)))  # noqa: B023
        if not name.startswith("hidden") or "DummyLayer" in dir(cache_utils):  # older ones let hidden names pass
            assert ours == other
        if name.startswith(("changes", "reaches", "hidden")):
            assert ours == "SecurityError" or "Undefined" in ours


def byte_level() -> Tokenizer:
    return make_tokenizer().backend_tokenizer


def sentence_pieces() -> Tokenizer:
    """BPE with byte fallback and a space before every text, as Llama 2 and Mistral have it."""
    vocab = {"<unk>": 0, "<s>": 1, "</s>": 2, **{f"<0x{i:02X}>": i + 3 for i in range(256)}, "▁": 259, "a": 260, "▁a": 261}
    made = Tokenizer(models.BPE(vocab=vocab, merges=[("▁", "a")], unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    made.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    made.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    made.add_special_tokens(["<s>", "</s>"])
    return made


def unigram() -> Tokenizer:
    pieces = [("<unk>", 0.0), ("▁", -1.0), ("▁a", -2.0), ("a", -2.5), ("b", -3.0), ("<tool_call>", -9.0), ("予算", -2.0)]
    made = Tokenizer(models.Unigram(pieces, unk_id=0, byte_fallback=False))
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.decoder = decoders.Metaspace()
    return made


@pytest.mark.parametrize("make", [byte_level, sentence_pieces, unigram])
def test_texts_are_the_same_tokens(make: Callable[[], Tokenizer], tmp_path: Path) -> None:
    machine = make()
    machine.add_tokens(["<extra>"])
    theirs = PreTrainedTokenizerFast(tokenizer_object=machine, eos_token="<eos>", chat_template=TEMPLATE)
    theirs.save_pretrained(tmp_path)
    read = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    remember_tokenizer(tmp_path, "llama", read)
    ours = known_tokenizer(tmp_path, "llama")
    assert isinstance(ours, PlainTokenizer)
    assert ours.get_vocab() == read.get_vocab()
    assert {i: str(t) for i, t in ours.added_tokens_decoder.items()} == {i: str(t) for i, t in read.added_tokens_decoder.items()}
    for text in TEXTS:
        for options in ({}, {"split_special_tokens": True}, {"split_special_tokens": False}):
            for special in (True, False):
                told = {"add_special_tokens": special, "return_offsets_mapping": True, "verbose": False, **options}
                mine, other = ours(text, **told), read(text, **told)
                assert mine["input_ids"] == mine.input_ids == other["input_ids"]
                assert mine["offset_mapping"] == other["offset_mapping"]
                for skip in (True, False):
                    assert ours.decode(mine.input_ids, skip_special_tokens=skip) == read.decode(
                        other["input_ids"], skip_special_tokens=skip
                    )
    assert known_tokenizer(tmp_path, "qwen2") is None  # the type decides how transformers reads it


def test_a_tokenizer_that_transformers_changes_is_left_to_it(tmp_path: Path) -> None:
    make_tokenizer().save_pretrained(tmp_path)
    config = json.loads((tmp_path / "tokenizer_config.json").read_text())
    config["eos_token"] = "<|a token that the file does not have|>"
    (tmp_path / "tokenizer_config.json").write_text(json.dumps(config))
    theirs = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    assert theirs.get_vocab().keys() != Tokenizer.from_file(str(tmp_path / "tokenizer.json")).get_vocab().keys()
    remember_tokenizer(tmp_path, "llama", theirs)
    assert known_tokenizer(tmp_path, "llama") is None


def test_a_changed_template_is_read_anew(tmp_path: Path) -> None:
    make_tokenizer().save_pretrained(tmp_path)
    remember_tokenizer(tmp_path, "llama", PreTrainedTokenizerFast.from_pretrained(tmp_path))
    assert known_tokenizer(tmp_path, "llama") is not None
    (tmp_path / "chat_template.jinja").write_text("{{ messages[0].content }}")
    assert known_tokenizer(tmp_path, "llama") is None


@pytest.mark.model
@pytest.mark.parametrize("name", ["qwen2.5-coder-1.5b", "smollm2-135m"])
def test_the_models_at_hand(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TSEL_MODELS")
    try:
        info = resolve_model(name, offline=True)
    except ModelError:
        pytest.skip(f"{name} is not on this machine")
    theirs = PreTrainedTokenizerFast.from_pretrained(info.path)
    load_tokenizer(info)
    ours = known_tokenizer(info.path, info.model_type)
    assert ours is not None
    for text in TEXTS:
        assert ours(text, add_special_tokens=False).input_ids == theirs(text, add_special_tokens=False)["input_ids"]
    for chat in CHATS:
        mine = rendered(lambda: ours.apply_chat_template(chat, add_generation_prompt=True))  # noqa: B023
        assert mine == rendered(lambda: str(theirs.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)))  # noqa: B023
