"""lm-evaluation-harness with a setting of ours: `python -m tsel_core.evaluation.lm_eval_model --model tsel ...`.

    python -m tsel_core.evaluation.lm_eval_model --model tsel \
        --model_args model=qwen2.5-coder-1.5b,setting=fast --tasks ruler_vt --apply_chat_template

All arguments are the harness's own (`lm_eval --help`); `model`, `device` and `setting` (a profile, or
name=key:value,... with ";" for ",") are ours. The last 256 tokens of a context count as its question.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import torch
from lm_eval.api.model import LM
from lm_eval.api.registry import register_model

from tsel_core.config import EngineConfig
from tsel_core.engine.engine import Engine
from tsel_core.evaluation.runner import use_setting
from tsel_core.models.load import load_model, pick_device, resolve_model
from tsel_core.prompts.plain_text import plain_text_ids
from tsel_core.prompts.raw import TAIL
from tsel_core.settings import parse_setting

_NEW_TOKENS = 256  # where a task names no limit


def _device(asked: str) -> str:
    """The harness asks for cuda:0 where its user says nothing, with or without one."""
    if not asked.startswith("cuda") or torch.cuda.is_available():
        return asked
    warnings.warn(f"device {asked} is not there: what this machine has is used", stacklevel=3)
    return "auto"


@register_model("tsel")
class TselLM(LM):  # type: ignore[misc]
    """A model of ours, read and written as a setting says."""

    def __init__(self, model: str, setting: str = "full", device: str = "auto", **_: Any) -> None:
        super().__init__()
        self.loaded = load_model(resolve_model(model), device=pick_device(_device(device)))
        self.engine = Engine(self.loaded, EngineConfig())
        self.setting = parse_setting(setting.replace(";", ","))
        use_setting(self.engine, self.setting)

    @property
    def tokenizer_name(self) -> str:
        """What the harness keeps its cache of prompts under."""
        return self.loaded.info.name

    def apply_chat_template(self, chat_history: list[dict[str, str]], add_generation_prompt: bool = True) -> str:
        """The model's own template."""
        tokenizer = self.loaded.tokenizer
        text = tokenizer.apply_chat_template(chat_history, tokenize=False, add_generation_prompt=add_generation_prompt)
        return str(text)

    def loglikelihood(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[tuple[float, bool]]:
        """(log-probability of the continuation, whether it is the greedy one) of (context, continuation)."""
        return [self._score(*self._cut(*request.args)) for request in requests]

    def loglikelihood_rolling(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[float]:
        """Log-probability of a text after its first token."""
        texts = [self._ids(request.args[0]) for request in requests]
        return [self._score(ids[:1], ids[1:])[0] if len(ids) > 1 else 0.0 for ids in texts]

    def generate_until(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[str]:
        """Greedy replies to (context, {"until", "max_gen_toks"})."""
        return [self._write(*request.args) for request in requests]

    def _ids(self, text: str) -> list[int]:
        """Tokens of a text whose special tokens are meant: the harness renders the chat template itself."""
        return list(self.loaded.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

    def _cut(self, context: str, continuation: str) -> tuple[list[int], list[int]]:
        """Tokens of both; spaces at the context's end belong to the continuation, as in the harness."""
        spaces = len(context) - len(context.rstrip())
        context, continuation = context[: len(context) - spaces], context[len(context) - spaces :] + continuation
        end = self.loaded.eos_ids
        return self._ids(context) or [min(end)], plain_text_ids(self.loaded.tokenizer, continuation)

    @torch.inference_mode()
    def _score(self, context: Sequence[int], continuation: Sequence[int]) -> tuple[float, bool]:
        if not continuation:
            return 0.0, True
        reading = self.engine.read(context, max(1, len(context) - TAIL), room=len(continuation) + 2)
        logits = torch.log_softmax(torch.stack(self.engine.score(reading, continuation)).float(), -1)
        wanted = torch.tensor(list(continuation), device=logits.device)
        total = float(logits.gather(-1, wanted[:, None]).sum())
        return total, bool((logits.argmax(-1) == wanted).all())

    def _write(self, context: str, options: dict[str, Any]) -> str:
        until = options.get("until") or []
        ends = [until] if isinstance(until, str) else list(until)
        limit = int(options.get("max_gen_toks", _NEW_TOKENS))
        ids = self._ids(context)
        reading = self.engine.read(ids, max(1, len(ids) - TAIL), room=limit + 2)
        reading.decode_mode = self.setting.decode
        written: list[int] = []
        text = ""
        for step in self.engine.write(reading, limit):
            written.append(step.token_id)
            text = str(self.loaded.tokenizer.decode(written, skip_special_tokens=True))
            if any(end and end in text for end in ends):
                break
        for end in ends:
            text = text.split(end)[0] if end else text
        return text


def main() -> None:
    """The harness's own command line, which knows the model "tsel" once this module is imported."""
    from lm_eval.__main__ import cli_evaluate

    cli_evaluate()


if __name__ == "__main__":
    main()
