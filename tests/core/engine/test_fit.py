"""The fit planner: numbers before anything is loaded, a plan that fits, exit 5 with what would."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine import fit
from tsel_core.engine.fit import FitPlan, ModelSizes, plan_fit, short_count
from tsel_core.engine.sizes import model_sizes
from tsel_core.errors import DoesNotFit, UsageError
from tsel_core.kv.cost import CacheShape, row_cost
from tsel_core.kv.window_layer import SLACK
from tsel_core.models.info import kinds_in
from tsel_core.models.load import resolve_model

GB = 10**9
QWEN_7B = ModelSizes(CacheShape(28, 4, 128, torch.bfloat16, index_bits=4), 3584, 28, 15_200_000_000)
SMALL = ModelSizes(CacheShape(28, 2, 128, torch.float32), 1536, 12, 4_600_000_000)


def plan(monkeypatch: pytest.MonkeyPatch, num_tokens: int, sizes: ModelSizes, **changes: Any) -> FitPlan:
    """A plan on a machine with `free` bytes on the device and `ram` bytes of host memory."""
    free, ram = changes.pop("free", 24 * GB), changes.pop("ram", 128 * GB)
    device = torch.device(changes.pop("device", "cuda"))
    monkeypatch.setattr(fit, "free_memory", lambda d: ram if torch.device(d).type == "cpu" and device.type != "cpu" else free)
    settings = {"trained_window": 10**7, "device": device, "loaded": False, **changes}
    return plan_fit(num_tokens, sizes, **settings)


def test_costs_are_those_of_the_tensors() -> None:
    """Qwen2-7B: 28 layers, 4 KV heads of 128, keys and values in 16 bits; the index 64 bytes of codes and 4 a row."""
    assert row_cost("plain", QWEN_7B.cache).rows == 28 * 4 * 128 * 2 * 2
    assert row_cost("plain", QWEN_7B.cache).index == 28 * 4 * 68


def test_what_fits_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    found = plan(monkeypatch, 60_000, QWEN_7B)
    chosen = found.check("a.pdf")
    assert chosen.storage == "plain"
    assert chosen.max_tokens >= 60_000
    about = found.as_json()
    assert about["kv"] == "bf16"
    assert about["kv_bytes"] == 60_000 * 57_344
    assert about["weight_bytes"] + about["kv_bytes"] + about["index_bytes"] + about["workspace_bytes"] <= about["have_bytes"]


def test_weights_in_few_bits_need_room_for_one_map_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    few = replace(QWEN_7B, weight_bytes=5 * GB)
    wide = replace(few, unpacked_bytes=GB // 2)
    room, less = (plan(monkeypatch, 1000, s, memory_limit=12 * GB).options[0].max_tokens for s in (few, wide))
    assert 5_000 < room - less < 8_500  # half a GB of 64 KB a token
    whole = plan(monkeypatch, 1000, few, free=12 * GB).options[0].max_tokens
    assert whole > room  # under a limit some of it lies between the allocator's blocks


def test_auto_goes_from_exact_to_half_to_a_quarter_to_host_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = [plan(monkeypatch, n, QWEN_7B).check("a") for n in (60_000, 180_000, 300_000, 512_000)]
    assert [c.name for c in chosen] == ["bf16", "fp8", "q4", "host"]
    assert chosen[2].max_tokens < 512_000  # it is left when it does not fit either
    on_cpu = [plan(monkeypatch, n, SMALL, device="cpu", free=8 * GB) for n in (40_000, 80_000, 120_000, 200_000)]
    assert [p.check("a").name for p in on_cpu] == ["fp32", "bf16", "fp8", "q4"]
    assert on_cpu[3].as_json()["kv_auto"]
    assert not plan(monkeypatch, 1000, SMALL, device="cpu", kv="q4").as_json()["kv_auto"]
    with pytest.raises(DoesNotFit, match=r"bf16 KV fits .*K tokens, fp8 KV fits .*K, host KV fits .*[KM]") as caught:
        plan(monkeypatch, 180_000, QWEN_7B, kv="bf16", ram=256 * GB).check("a")
    assert "--kv fp8" in caught.value.hint
    assert plan(monkeypatch, 20_000, QWEN_7B, kv="host").check("a").storage == "host"


@pytest.mark.parametrize("kv", ["auto", "q4"])
def test_four_bits_read_200k_in_12_gb(monkeypatch: pytest.MonkeyPatch, kv: str) -> None:
    sizes = ModelSizes(QWEN_7B.cache, 3584, 28, 4_600_000_000)  # weights in 4 bits
    limit: dict[str, Any] = {"memory_limit": 12 * GB, "ram": 4 * GB, "kv": kv}
    chosen = plan(monkeypatch, 200_000, sizes, **limit).check("a")
    assert (chosen.storage, chosen.cost.rows, chosen.cost.index) == ("q4", 28 * 4 * (2 * 68 + 16), 0)
    with pytest.raises(DoesNotFit, match="held as q4"):
        plan(monkeypatch, 200_000, sizes, trained_window=131_072, **limit).check("a", extrapolate=True)
    with pytest.raises(DoesNotFit, match=r"fp8 KV fits .*q4 KV fits 3\d\dK"):
        plan(monkeypatch, 900_000, sizes, **limit).check("a")


def test_a_model_that_cannot_turn_rows_goes_to_host_memory_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """Known beforehand by its type, or only when it is loaded."""
    early = plan(monkeypatch, 300_000, replace(QWEN_7B, turns=False))
    late = plan(monkeypatch, 300_000, QWEN_7B).without("q4")
    assert early == late
    assert early.check("a").storage == "host"
    assert [o.name for o in early.options] == ["bf16", "fp8", "host"]
    with pytest.raises(DoesNotFit) as caught:
        plan(monkeypatch, 300_000, replace(QWEN_7B, turns=False), ram=8 * GB).check("a")
    assert "q4" not in caught.value.message + caught.value.hint
    asked = plan(monkeypatch, 300_000, replace(QWEN_7B, turns=False), kv="q4")
    assert asked.check("a").storage == "q4"  # which the engine refuses in a sentence of its own


def test_which_models_turn_rows_is_told_from_their_small_files(tmp_path: Path) -> None:
    info = resolve_model(str(make_folder(tmp_path / "m")))
    config, selection = EngineConfig(), SelectionConfig()
    for device, turns in {"cpu": True, "cuda:0": True, "cuda:0,cuda:1": False, "cpu,cpu": False}.items():
        assert model_sizes(info, device, config, selection).turns == turns
    others: tuple[dict[str, Any], ...] = ({"model_type": "gemma3_text"}, {"window_layers": 1, "window": 64}, {"rowless_layers": 1})
    for changes in others:
        assert not model_sizes(replace(info, **changes), "cpu", config, selection).turns


def test_host_memory_is_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DoesNotFit, match=r"14\.0 GB of host memory"):
        plan(monkeypatch, 512_000, QWEN_7B, ram=16 * GB).check("a")


def test_on_a_cpu_there_is_no_other_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="host memory already"):
        plan(monkeypatch, 1000, SMALL, device="cpu", kv="host")
    names = [o.name for o in plan(monkeypatch, 1000, SMALL, device="cpu").options]
    assert names == ["fp32", "bf16", "fp8", "q4"]


def test_a_smaller_chunk_is_taken_before_it_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    assert plan(monkeypatch, 20_000, QWEN_7B).check("a").chunk_size == 8192
    least = plan(monkeypatch, 110_000, QWEN_7B, kv="bf16").check("a").chunk_size
    assert least < 8192
    with pytest.raises(DoesNotFit):
        plan(monkeypatch, 110_000, QWEN_7B, kv="bf16", chunk_size=8192).check("a")


def test_refusal_names_every_number(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DoesNotFit) as caught:
        plan(monkeypatch, 9_000_000, QWEN_7B).check("contract.pdf")
    assert caught.value.exit_code == 5
    for part in ("contract.pdf", "9,000,000 tokens", "GB KV (bf16)", "15.2 GB weights", "24.0 GB", "fits"):
        assert part in caught.value.message
    assert "nothing was cut" in caught.value.hint


def test_loaded_weights_are_not_counted_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    before = plan(monkeypatch, 1000, SMALL, device="cpu", free=20 * GB)
    after = plan(monkeypatch, 1000, SMALL, device="cpu", free=20 * GB - SMALL.weight_bytes, loaded=True)
    assert before.have_bytes == after.have_bytes
    assert before.options == after.options


def test_a_limit_bounds_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    limited = plan(monkeypatch, 1000, SMALL, device="cpu", free=20 * GB, memory_limit=6 * GB)
    assert limited.have_bytes == 6 * GB
    with pytest.raises(DoesNotFit):
        plan(monkeypatch, 1000, SMALL, device="cpu", memory_limit=4 * GB).check("a")


def test_trained_window_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DoesNotFit, match="trained for 8,192"):
        plan(monkeypatch, 9000, SMALL, device="cpu", trained_window=8192).check("a")


@pytest.mark.parametrize(("count", "text"), [(999, "999"), (148_300, "148K"), (2_140_000, "2.1M")])
def test_counts_are_short(count: int, text: str) -> None:
    assert short_count(count) == text


def test_windows_and_recurrent_layers_cost_what_they_keep() -> None:
    shape = CacheShape(48, 4, 128, torch.bfloat16)
    sizes = ModelSizes(shape, 2048, 16, 10**9, window_layers=40, window=1024)
    short, long = sizes.of_text(4_000), sizes.of_text(100_000)
    assert short is sizes
    row = 2 * 4 * 128 * 2
    assert long.cut_bytes == 40 * row * (1024 + SLACK)
    assert row_cost("plain", long.cache).rows == 8 * row
    plans = [plan_fit(100_000, s, trained_window=131_072, device="cpu", loaded=False, kv="fp8") for s in (sizes, long)]
    assert plans[0].options[0].cost == plans[1].options[0].cost


def test_the_kinds_of_layers_in_a_config() -> None:
    pattern = {"num_hidden_layers": 6, "sliding_window_pattern": 3}
    assert kinds_in(pattern).count("sliding_attention") == 4
    assert kinds_in({"num_hidden_layers": 8, "full_attention_interval": 4}).count("linear_attention") == 6
    assert kinds_in({"num_hidden_layers": 2, "layer_types": ["conv", "full_attention"]}) == ["conv", "full_attention"]
    assert kinds_in({"num_hidden_layers": 2}) == []


def test_a_little_past_the_window_where_the_model_can_and_rows_fit_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    able = replace(SMALL, stretches=True)
    for num, sizes, asked, fits in (
        (8192, SMALL, None, True),
        (10_240, able, None, True),
        (10_241, able, None, False),
        (10_240, able, False, False),
        (10_240, SMALL, None, False),
        (90_000, SMALL, True, True),
    ):
        found = plan(monkeypatch, num, sizes, device="cpu", trained_window=8192)
        assert (found.extrapolates(asked) or num <= 8192) == fits, (num, asked)
        if fits:
            assert found.check("a", extrapolate=asked).storage == "plain"
        else:
            with pytest.raises(DoesNotFit, match="trained for 8,192"):
                found.check("a", extrapolate=asked)


def test_past_the_window_a_chunk_needs_more(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, past = (plan(monkeypatch, 10_000, SMALL, device="cuda", trained_window=w) for w in (10_000, 9_999))
    assert past.options[0].scratch_per_token > inside.options[0].scratch_per_token


def test_cells_are_counted_and_spare_the_votes_of_rows() -> None:
    sizes = ModelSizes(CacheShape(28, 4, 128, torch.bfloat16, True), 3584, 28, 1)
    gpu, cpu = torch.device("cuda"), torch.device("cpu")
    assert sizes.scratch_per_token(gpu, 8192, 64, 64) == 28 * 4 * (8 + 9) + 64
    assert sizes.scratch_per_token(gpu, 8192, 64, 32) > sizes.scratch_per_token(gpu, 8192, 64, 64)
    assert sizes.scratch_per_token(cpu, 512, 64, 64) < sizes.scratch_per_token(cpu, 512, 64) + 28 * 4 * 17
