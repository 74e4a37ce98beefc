"""What becomes of a model family here: fast and right, slow and right, or refused with a hint. Nothing else is allowed."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import torch
from tiny_families import ORIGINAL, WINDOW, save_tiny

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.acceptance import Judge
from tsel_core.decoder.graph.check import captured_path
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError
from tsel_core.layers.seam import NAME
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.plain_decoder import PlainModel
from tsel_core.selection.passes import Pass
from tsel_kernels.backend import torch_kernels

LENGTHS = (1, WINDOW - 1, WINDOW + 1, ORIGINAL + 5, 90)
STEPS = 3  # tokens written after each text
TOLERANCE = 1e-3  # of the largest |logit|: random weights enlarged fourfold, float32


@dataclass
class Outcome:
    """`path`: fast, slow or refused; `note`: why not lean, or not fast; `error`: largest relative error seen."""

    family: str
    path: str
    lean: bool = False  # its layers are this program's, too
    note: str = ""
    error: float = 0.0
    selects: int = 0  # layers that may select
    layers: int = 0
    wrong: list[str] = field(default_factory=list)  # never allowed
    plain: bool = False  # opened again it is made without transformers, and compared as well

    def as_json(self) -> dict[str, Any]:
        return {k: v for k, v in asdict(self).items() if k != "plain" and v not in ("", [], 0)}


def outcome(family: str, folder: Path, traits: bool = True) -> Outcome:
    """Build the family's tiny model as a folder, and run it as a person would."""
    save_tiny(family, folder, traits)
    try:
        loaded = load_model(resolve_model(str(folder)), dtype=torch.float32)
        engine = Engine(loaded, EngineConfig(attention="full", chunk_size=31), SelectionConfig())
        choice = engine.forward.choice
    except ModelError as error:
        wrong = [] if error.hint else ["no hint"]
        return Outcome(family, "refused", note=error.message.replace(f"{folder}/", ""), wrong=wrong)
    held = engine.runtime.full_layers
    lean = choice.step is not None
    uncaptured = "" if lean else _not_captured(engine)
    path, note = ("slow", uncaptured) if uncaptured else ("fast", choice.note)
    found = Outcome(family, path, lean, note, layers=loaded.info.num_layers)
    found.selects = found.layers - len(held)
    _compare(found, engine, _reference(folder))
    again = load_model(resolve_model(str(folder)), dtype=torch.float32)
    found.plain = isinstance(again.model, PlainModel)
    if found.plain:
        _compare(found, Engine(again, EngineConfig(attention="full", chunk_size=31), SelectionConfig()), _reference(folder))
    return found


def _not_captured(engine: Engine) -> str:
    """Why the captured loop does not write through a model's own layers; "" when it does, run here without a graph."""
    forward, kernels = engine.forward, torch_kernels()
    judge = Judge(engine.loaded.model, engine.loaded.tokenizer, NAME, not forward.rotaries)
    for selects in (False, True):
        path = captured_path(engine.loaded.model, forward.seam, forward.rotaries, kernels, selects=selects)
        wrong = judge.difference(path, 1)
        if wrong:
            return wrong
    return ""


def _reference(folder: Path) -> Any:
    """The model as transformers loads and runs it."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()


@torch.inference_mode()
def _compare(found: Outcome, engine: Engine, reference: Any) -> None:
    size = min(int(engine.loaded.info.vocab_size), 300)
    ids = torch.randint(3, size, (max(LENGTHS) + STEPS,), generator=torch.Generator().manual_seed(5)).tolist()
    for length in LENGTHS:
        text = ids[: length + STEPS]
        # the reference reads what the engine's cache has room for, as some rotary frequencies depend on the length
        right = reference(input_ids=torch.tensor([text]), use_cache=False).logits[0, length - 1 : -1].float()
        for mode in ("full", "select"):
            engine.config = EngineConfig(attention=mode, chunk_size=31)  # type: ignore[arg-type]
            engine.use_selection(SelectionConfig(budget=4096, num_sink=3, num_local=11, block_size=16, anchor_every=5))
            with patch.object(Pass, "selects", lambda run, *_: run.mode == "select"):
                reading = engine.read(text[:length], length, room=STEPS)
                kept: list[torch.Tensor] = []
                list(engine.write(reading, forced_ids=text[length:], keep_logits=kept))
            error = max(float((a - b).abs().max() / b.abs().max()) for a, b in zip(kept, right, strict=True))
            found.error = max(found.error, error)
            if not error <= TOLERANCE:
                found.wrong.append(f"{mode}, {length} tokens: off by {error:.2g}")
    _ask_again(found, engine, reference, ids)


def _ask_again(found: Outcome, engine: Engine, reference: Any, ids: list[int]) -> None:
    """A second question from a reading: its rows stay, recurrent layers go back to where the document ended, or before."""
    engine.config = EngineConfig(attention="full", chunk_size=31)
    reading = engine.read(ids[:80], 70, room=20)
    list(engine.write(reading, forced_ids=ids[80:85]))
    for end, begin in ((70, 40), (70, 20), (50, 5)):
        engine.crop(reading, end)
        question = ids[begin : begin + 9]
        engine.extend(reading, question)
        text = torch.tensor([ids[:end] + question + [0] * (reading.cache.capacity - end - 9)])  # as long as the cache
        right = reference(input_ids=text, use_cache=False).logits[0, end + 8].float()
        error = float((reading.logits - right).abs().max() / right.abs().max())
        found.error = max(found.error, error)
        if not error <= TOLERANCE:
            found.wrong.append(f"second question after {end} tokens: off by {error:.2g}")
