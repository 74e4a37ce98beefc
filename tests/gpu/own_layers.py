"""On a GPU: random models of families that run through transformers' own layers, written step by step and captured.

python tests/gpu/own_layers.py OUT.json [family ...] (from the repository's root; about two minutes)
Prints a table: tokens/s of both loops, the error of the captured logits against the ordinary ones, what was refused.
"""

from __future__ import annotations

import faulthandler
import json
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels"), str(ROOT / "tests" / "support")]
LENGTH, STEPS, LIMIT_S = 6000, 48, 110.0
COMMON: dict[str, Any] = {
    "vocab_size": 32_000, "hidden_size": 1024, "intermediate_size": 2816, "num_hidden_layers": 12,
    "num_attention_heads": 16, "num_key_value_heads": 4, "max_position_embeddings": 16_384, "pad_token_id": 0,
    "tie_word_embeddings": False,
}  # fmt: skip
_EXPERTS = {"num_experts": 32, "num_local_experts": 32, "num_experts_per_tok": 4, "moe_intermediate_size": 512}
_LONG = {"rope_type": "longrope", "rope_theta": 1e4, "partial_rotary_factor": 0.75, "original_max_position_embeddings": 4096,
         "short_factor": [1.0] * 24, "long_factor": [1.0 + i / 8 for i in range(24)]}  # fmt: skip
FAMILIES: dict[str, dict[str, Any]] = {
    "qwen3_moe": {**_EXPERTS, "head_dim": 128},
    "gpt_oss": {**_EXPERTS, "head_dim": 64, "sliding_window": 128, "intermediate_size": 512, "num_attention_heads": 16},
    "gemma3_text": {"head_dim": 256, "sliding_window": 512, "num_attention_heads": 4, "num_key_value_heads": 1},
    "olmo3": {"sliding_window": 1024},
    "phi3": {"rope_parameters": _LONG, "original_max_position_embeddings": 4096},
    "mixtral": {**_EXPERTS, "intermediate_size": 512, "sliding_window": None},
    "glm4": {"head_dim": 128},
    "lfm2": {},
    "qwen3_next": {**_EXPERTS, "head_dim": 128, "shared_expert_intermediate_size": 512},
    "granitemoehybrid": {"layer_types": ["mamba", "mamba", "attention"] * 4, "mamba_n_heads": 32, "num_local_experts": 0,
                         "shared_intermediate_size": 2816},
}  # fmt: skip


def model_of(family: str) -> Any:
    """A random model in bf16 on the GPU."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(5)
    config = AutoConfig.for_model(family, **{**COMMON, **FAMILIES[family]})
    with torch.device("cuda"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("sinks"):
                parameter.normal_()
    return model


def run(family: str, mode: str) -> dict[str, Any]:
    """Both loops over one reading; seconds, tokens/s, relative error."""
    import torch

    from tsel_core.config import EngineConfig, SelectionConfig
    from tsel_core.engine.engine import Engine

    model = model_of(family)
    info = SimpleNamespace(num_layers=model.config.num_hidden_layers, trained_window=16_384, num_heads=16, num_kv_heads=4,
                           head_dim=128, vocab_size=32_000, name=family)  # fmt: skip
    loaded = SimpleNamespace(model=model, info=info, eos_ids=(), device=torch.device("cuda"), dtype=torch.bfloat16)
    config = EngineConfig(attention=mode, max_new_tokens=STEPS)  # type: ignore[arg-type]
    engine = Engine(loaded, config, SelectionConfig(budget=1024))  # type: ignore[arg-type]
    started = time.perf_counter()
    choice = engine.forward.choice
    checked = time.perf_counter() - started
    row: dict[str, Any] = {"family": family, "mode": mode, "check_s": round(checked, 2), "note": choice.note}
    row |= {"uncaptured": choice.uncaptured, "lean": choice.step is not None}
    ids = torch.randint(3, 32_000, (LENGTH + STEPS,), generator=torch.Generator().manual_seed(3)).tolist()
    found: dict[str, Any] = {}
    for loop in ("ordinary", "captured"):
        if loop == "ordinary":
            engine.captured.takes = lambda *_: False  # type: ignore[method-assign]
        else:
            del engine.captured.takes
        torch.cuda.synchronize()
        started = time.perf_counter()
        reading = engine.read(ids[:LENGTH], LENGTH - 64, room=2 * STEPS + 2)
        torch.cuda.synchronize()
        row[f"{loop}_read_s"] = round(time.perf_counter() - started, 3)
        row[f"{loop}_takes"] = engine.captures(reading)
        kept: list[torch.Tensor] = []
        list(engine.write(reading, forced_ids=ids[LENGTH:], keep_logits=kept))
        found[loop] = torch.stack(kept).float().cpu()
        torch.cuda.synchronize()
        started = time.perf_counter()
        written = list(engine.write(reading, STEPS, ignore_end=True))
        torch.cuda.synchronize()
        row[f"{loop}_tokens_s"] = round(len(written) / (time.perf_counter() - started), 1)
    row["refused"] = engine.captured.refused
    first, second = found["ordinary"], found["captured"]
    row["error"] = _error(first, second)
    # routers of experts turn bf16's noise into other experts, and picks differ by how they are scored: both loops have
    # their own distance to full attention, of which neither may be the larger one by much
    eager = _eager(family, ids)
    row["ordinary_to_eager"], row["captured_to_eager"] = _error(eager, first), _error(eager, second)
    row["same_top"] = round(float((first.argmax(-1) == second.argmax(-1)).float().mean()), 3)
    return row


def _error(expected: Any, found: Any) -> float:
    """Largest relative error of a position's logits."""
    return round(float(((expected - found).norm(dim=-1) / expected.norm(dim=-1)).max()), 4)


def _eager(family: str, ids: list[int]) -> Any:
    """Logits [STEPS, vocab] of transformers' own forward pass over the whole text, at the positions that were written."""
    import torch

    model = model_of(family)
    with torch.inference_mode():
        hidden = model.model(torch.tensor([ids], device="cuda")).last_hidden_state[:, LENGTH - 1 : LENGTH - 1 + STEPS]
        return model.lm_head(hidden)[0].float().cpu()


def main() -> None:
    """Every family in both modes, until the time is up."""
    begun, rows = time.perf_counter(), []
    faulthandler.dump_traceback_later(40, repeat=True)  # where it is when it takes long
    for family in sys.argv[2:] or FAMILIES:
        for mode in ("full", "select"):
            if time.perf_counter() - begun > LIMIT_S:
                rows.append({"family": family, "mode": mode, "left_out": "time"})
                continue
            started = time.perf_counter()
            try:
                rows.append(run(family, mode))
            except Exception as error:
                rows.append({"family": family, "mode": mode, "error": f"{type(error).__name__}: {error}"[:400]})
            rows[-1]["wall_s"] = round(time.perf_counter() - started, 1)
            print(json.dumps(rows[-1]), flush=True)
            Path(sys.argv[1]).write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
