"""Folders whose weights were packed by a quantizer: made plain by the formats' own formulas, or refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from low_bit_folder import low_bit_folder
from safetensors.torch import load_file, save_file

from tsel_core.errors import ModelError
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.low_bit.choice import probe

Pack = Callable[[str, torch.Generator], tuple[dict[str, torch.Tensor], torch.Tensor]]
N, K, GROUP = 64, 96, 32


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def word(codes: list[int], bits: int) -> int:
    """Codes in one signed 32-bit word, the first in the lowest bits."""
    value = sum(code << (bits * i) for i, code in enumerate(codes))
    return value - 2**32 if value >= 2**31 else value


def drawn(generator: torch.Generator, *size: int, high: int = 16) -> list[Any]:
    return torch.randint(0, high, size, generator=generator).tolist()  # type: ignore[no-any-return]


def scales_of(generator: torch.Generator, *size: int) -> torch.Tensor:
    return (0.01 + torch.rand(size, generator=generator) * 0.01).half()


def gptq(base: str, generator: torch.Generator, ordered: bool = False) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Words go down the columns of the input; zeros are stored one less; g_idx names the group of a column."""
    codes, zeros = drawn(generator, K, N), drawn(generator, K // GROUP, N, high=15)
    scales = scales_of(generator, K // GROUP, N)
    order = [(k * 7 % K) // GROUP if ordered else k // GROUP for k in range(K)]
    tensors = {
        "qweight": torch.tensor([[word([codes[8 * r + i][n] for i in range(8)], 4) for n in range(N)] for r in range(K // 8)]),
        "qzeros": torch.tensor([[word(row[8 * c : 8 * c + 8], 4) for c in range(N // 8)] for row in zeros]),
        "scales": scales,
        "g_idx": torch.tensor(order),
    }
    want = torch.tensor(
        [[float(scales[order[k], n]) * (codes[k][n] - zeros[order[k]][n] - 1) for k in range(K)] for n in range(N)]
    )
    return {f"{base}.{n}": t if n == "scales" else t.int() for n, t in tensors.items()}, want


def awq(base: str, generator: torch.Generator) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """Words go along the outputs, eight in the order 0 2 4 6 1 3 5 7."""
    order = (0, 2, 4, 6, 1, 3, 5, 7)
    codes, zeros = drawn(generator, K, N), drawn(generator, K // GROUP, N)
    scales = scales_of(generator, K // GROUP, N)

    def packed(rows: list[list[int]]) -> torch.Tensor:
        return torch.tensor([[word([row[8 * c + o] for o in order], 4) for c in range(N // 8)] for row in rows]).int()

    want = torch.tensor(
        [[float(scales[k // GROUP, n]) * (codes[k][n] - zeros[k // GROUP][n]) for k in range(K)] for n in range(N)]
    )
    return {f"{base}.qweight": packed(codes), f"{base}.qzeros": packed(zeros), f"{base}.scales": scales}, want


def compressed(base: str, generator: torch.Generator, shifted: bool = False) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    """compressed-tensors, pack-quantized: signed codes plus 8, words along the input; zero points packed down the outputs."""
    codes, zeros = drawn(generator, N, K), drawn(generator, N, K // GROUP)
    scales = scales_of(generator, N, K // GROUP).bfloat16()
    tensors = {
        "weight_packed": torch.tensor([[word(row[8 * c : 8 * c + 8], 4) for c in range(K // 8)] for row in codes]).int(),
        "weight_scale": scales,
        "weight_shape": torch.tensor([N, K]),
    }
    if shifted:
        columns = [[zeros[n][g] for n in range(N)] for g in range(K // GROUP)]
        tensors["weight_zero_point"] = torch.tensor(
            [[word(column[8 * r : 8 * r + 8], 4) for column in columns] for r in range(N // 8)]
        ).int()
    want = torch.tensor(
        [
            [float(scales[n, k // GROUP]) * (codes[n][k] - (zeros[n][k // GROUP] if shifted else 8)) for k in range(K)]
            for n in range(N)
        ]
    )
    return {f"{base}.{n}": t for n, t in tensors.items()}, want


def eight(base: str, generator: torch.Generator, scale: torch.Tensor, name: str, fp8: bool) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
    values = torch.randn(N, K, generator=generator)
    held = values.to(torch.float8_e4m3fn) if fp8 else (values * 30).round().clamp(-127, 127).to(torch.int8)
    want = held.float() * (scale.float() if scale.dim() != 1 or len(scale) == 1 else scale.float()[:, None])
    return {f"{base}.weight": held, f"{base}.{name}": scale, f"{base}.input_scale": torch.ones(1)}, want


ROWS = torch.linspace(0.001, 0.01, N)
CASES: dict[str, tuple[dict[str, Any], Pack]] = {
    "gptq": ({"quant_method": "gptq", "bits": 4, "group_size": GROUP}, gptq),
    "gptq, act order": ({"quant_method": "gptq", "bits": 4, "desc_act": True}, lambda b, g: gptq(b, g, ordered=True)),
    "awq": ({"quant_method": "awq", "bits": 4, "version": "gemm"}, awq),
    "compressed int4": ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, compressed),
    "compressed int4, zeros": ({"quant_method": "compressed-tensors"}, lambda b, g: compressed(b, g, shifted=True)),
    "compressed int8 a row": (
        {"quant_method": "compressed-tensors", "format": "int-quantized"},
        lambda b, g: eight(b, g, ROWS[:, None].bfloat16(), "weight_scale", fp8=False),
    ),
    "compressed fp8 a tensor": (
        {"quant_method": "compressed-tensors", "format": "float-quantized"},
        lambda b, g: eight(b, g, torch.tensor([0.02]), "weight_scale", fp8=True),
    ),
    "fp8 in blocks": (
        {"quant_method": "fp8", "weight_block_size": [128, 128]},
        lambda b, g: eight(b, g, torch.tensor([[0.03]]), "weight_scale_inv", fp8=True),
    ),
}  # fmt: skip


def packed_folder(path: Path, config: dict[str, Any], pack: Pack | None) -> tuple[Path, dict[str, torch.Tensor]]:
    """A folder whose down projections are packed; what they are worth."""
    folder, wants = low_bit_folder(path), {}
    file = folder / "model.safetensors"
    tensors = load_file(file)
    generator = torch.Generator().manual_seed(11)
    for name in [n for n in tensors if n.endswith("down_proj.weight")]:
        if pack is not None:
            made, wants[name] = pack(name.removesuffix(".weight"), generator)
            del tensors[name]
            tensors |= {n: t.contiguous() for n, t in made.items()}
    save_file(tensors, file, metadata={"format": "pt"})
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(content | {"quantization_config": config}))
    return folder, wants


@pytest.mark.parametrize("case", CASES)
def test_packed_weights_become_what_their_format_says(case: str, tmp_path: Path) -> None:
    folder, wants = packed_folder(tmp_path / "m", *CASES[case])
    info = resolve_model(str(folder))
    assert (info.name, info.path.parent) == ("m", tmp_path / "models")
    assert resolve_model(str(folder)).path == info.path  # made once
    state = load_model(info, dtype=torch.float32).model.state_dict()
    assert len(wants) == 3
    for name, want in wants.items():
        assert torch.equal(state[name], want.bfloat16().float()), name
    if "4" in case or case == "awq":
        assert probe(info).on_grids


def test_every_scale_of_a_block_counts() -> None:
    """fp8 with several blocks: each has its own scale, the last is shorter."""
    from tsel_core.models import packed_checkpoint as packed

    held = {"a.weight": torch.ones(200, 256).to(torch.float8_e4m3fn), "a.weight_scale_inv": torch.tensor([[1.0, 2.0], [3.0, 4.0]])}

    class Held:
        names = tuple(held)

        def dtype(self, _name: str) -> str:
            return "F32"

        def shape(self, name: str) -> tuple[int, ...]:
            return tuple(held[name].shape)

        def tensor(self, names: list[str]) -> torch.Tensor:
            return held[names[0]]

    (made,) = packed.plain_tensors(Held(), {"quant_method": "fp8"})  # type: ignore[arg-type]
    weight = made.make()
    assert [float(weight[r, c]) for r, c in ((0, 0), (127, 128), (128, 127), (199, 255))] == [1, 2, 3, 4]


@pytest.mark.parametrize("method", ["bitsandbytes", "torchao", "hqq", "something_new"])
def test_other_packings_are_refused_in_one_sentence(method: str, tmp_path: Path) -> None:
    folder, _ = packed_folder(tmp_path / "m", {"quant_method": method}, None)
    with pytest.raises(ModelError, match=f"the weights of m are packed by {method}, which is not undone here"):
        resolve_model(str(folder))


@pytest.mark.parametrize(
    "config",
    [
        {"quant_method": "gptq", "bits": 4, "checkpoint_format": "marlin"},
        {"quant_method": "awq", "bits": 4, "version": "gemv"},
        {"quant_method": "compressed-tensors", "sparsity_config": {"format": "sparse-24-bitmask"}},
        {"quant_method": "compressed-tensors", "transform_config": {"config_groups": {"R1": {}}}},
    ],
)
def test_forms_that_are_not_known_are_refused(config: dict[str, Any], tmp_path: Path) -> None:
    folder, _ = packed_folder(tmp_path / "m", config, gptq)
    with pytest.raises(ModelError, match="in a form that is not known"):
        resolve_model(str(folder))
    assert not list((tmp_path / "models").glob("plain-*"))


def test_eight_bits_without_a_scale_are_refused(tmp_path: Path) -> None:
    """Not taken for the numbers themselves."""

    def bare(base: str, generator: torch.Generator) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        tensors, want = CASES["fp8 in blocks"][1](base, generator)
        return {f"{base}.weight": tensors[f"{base}.weight"]}, want

    folder, _ = packed_folder(tmp_path / "m", {"quant_method": "fp8"}, bare)
    with pytest.raises(ModelError, match=r"down_proj.weight is F8_E4M3, without a scale"):
        resolve_model(str(folder))


def test_three_bits_are_refused(tmp_path: Path) -> None:
    def three(base: str, generator: torch.Generator) -> tuple[dict[str, torch.Tensor], torch.Tensor]:
        tensors, want = gptq(base, generator)
        return tensors | {f"{base}.qweight": tensors[f"{base}.qweight"][: K * 3 // 32]}, want

    folder, _ = packed_folder(tmp_path / "m", {"quant_method": "gptq", "bits": 3}, three)
    with pytest.raises(ModelError, match="not known: 3 bits"):
        resolve_model(str(folder))
