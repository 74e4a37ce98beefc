"""Weights in few bits: grids are found again, forms come back from the disk, what is altered is not used."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from low_bit_folder import low_bit_folder, on_grids

from tsel_core.errors import UsageError
from tsel_core.models.forms import ByteRows, NibblePack, form_of, parts_of
from tsel_core.models.info import weight_files
from tsel_core.models.int8_copies import list_copies, remove_copies
from tsel_core.models.load import resolve_model
from tsel_core.models.low_bit.choice import choose_weights, probe
from tsel_core.models.low_bit.file import make_low_bit, read_low_bit
from tsel_core.models.low_bit.quantize import byte_rows, four_bits, nibble_pack, packed_eight, packed_four
from tsel_kernels.backend import torch_kernels

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def numbers(form: object) -> torch.Tensor:
    return torch_kernels().unpack_weight_(form, torch.empty(form.shape))  # type: ignore[arg-type, attr-defined]


def lost(got: torch.Tensor, weight: torch.Tensor) -> float:
    return float((got.float() - weight.float()).norm() / weight.float().norm())


def test_the_grid_a_weight_was_made_of_is_found_again() -> None:
    """Within the rounding of the 16-bit numbers themselves, also where a group uses a few of its codes alone."""
    weight = on_grids(torch.randn(48, 320), 1)
    weight[0, :32] = weight[0, 0]  # one value
    weight[1, :32] = torch.tensor([0.5, -0.25]).repeat(16).bfloat16()  # two
    found = four_bits(weight)
    assert found.share == 1
    assert lost(numbers(packed_four(found)), weight) < 3e-3
    assert lost(numbers(packed_four(found))[:2, :32], weight[:2, :32]) < 3e-3


def test_other_weights_lie_on_no_grid() -> None:
    """Random numbers, numbers with 5 bits, and groups of 16 with scales of their own (Q6_K) must not pass for 4 bits."""
    weight = torch.randn(16, 640) * 0.02
    five = (torch.randint(0, 32, (16, 640)).float() - 16) * 0.01
    sixteens = (torch.randint(-32, 32, (16, 40, 16)).float() * (0.5 + torch.rand(16, 40, 1))).view(16, 640) * 1e-3
    for other in (weight, five, sixteens):
        found = four_bits(other.bfloat16())
        assert found.share < 0.1
        assert lost(numbers(packed_four(found)), other) < 0.1  # still the best of 16 even values


def test_eight_bits() -> None:
    weight = torch.randn(24, 96).bfloat16()
    assert lost(numbers(packed_eight(weight)), weight) < 8e-3
    rows = byte_rows(weight)
    assert lost(rows.codes.float() * rows.scale.float()[:, None], weight) < 1.2e-2


def test_forms_come_back_from_their_parts() -> None:
    weight = on_grids(torch.randn(64, 64), 2)
    for form in (packed_four(four_bits(weight)), packed_eight(weight), nibble_pack(four_bits(weight)), byte_rows(weight)):
        parts = parts_of("a.weight", form)
        back = form_of("a.weight", parts)
        assert type(back) is type(form)
        assert back is not None
        assert back.shape == form.shape == (64, 64)
        assert back.num_bytes == form.num_bytes == sum(t.numel() * t.element_size() for t in parts.values())
    assert form_of("b.weight", parts) is None


def test_a_file_holds_what_was_made_and_an_altered_one_is_not_used(tmp_path: Path) -> None:
    paths = weight_files(low_bit_folder(tmp_path / "m"))
    assert read_low_bit("digest", "q4", CPU) is None
    make_low_bit("digest", "m", paths, "q4", CPU)
    found = read_low_bit("digest", "q4", CPU)
    assert found is not None
    assert isinstance(found["model.layers.0.self_attn.qkv_proj.weight"], NibblePack)
    assert isinstance(found["model.layers.2.mlp.gate_up_proj.weight"], NibblePack)
    assert isinstance(found["model.embed_tokens.weight"], ByteRows)
    assert found["model.layers.0.self_attn.qkv_proj.bias"].shape == (128,)  # q, k and v
    assert not any("q_proj" in name or name.rpartition("mlp.")[2] == "up_proj.weight" for name in found)
    assert read_low_bit("digest", "q8", CPU) is None
    (kept,) = list_copies()
    assert (kept.model, kept.form) == ("m", "q4")
    content = bytearray(kept.path.read_bytes())
    content[-100] ^= 1
    kept.path.write_bytes(content)
    assert read_low_bit("digest", "q4", CPU) is None
    remove_copies(kept)
    assert list_copies() == []


@pytest.mark.parametrize("device", ["cpu", "cuda"])
def test_bytes_are_known_before_anything_is_made(tmp_path: Path, device: str) -> None:
    """What the fit planner counts are the bytes of the tensors, within a percent."""
    info = resolve_model(str(low_bit_folder(tmp_path / "m")))
    for form in ("q4", "q8"):
        chosen = choose_weights(info, form, device)  # type: ignore[arg-type]
        make_low_bit("digest", "m", weight_files(info.path), form, torch.device(device))  # type: ignore[arg-type]
        (file,) = (f for f in list_copies() if f.form.startswith(form))
        assert chosen.form == form
        assert file.num_bytes == pytest.approx(chosen.loaded_bytes(device), rel=0.15)  # the header of a tiny file
        assert chosen.loaded_bytes(device) < info.loaded_bytes(device)


def test_auto_takes_four_bits_where_the_file_was_made_in_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = resolve_model(str(low_bit_folder(tmp_path / "m")))
    plain = resolve_model(str(low_bit_folder(tmp_path / "p", grids=False)))
    assert probe(made).on_grids
    assert not probe(plain).on_grids
    assert choose_weights(made, "auto", "cpu").form == ""  # a model this small gains nothing
    monkeypatch.setattr("tsel_core.models.low_bit.choice._LEAST", 0)
    assert choose_weights(made, "auto", "cpu").form == "q4"
    assert choose_weights(made, "auto", "cuda:0").form == ""
    assert choose_weights(plain, "auto", "cpu").form == ""
    monkeypatch.setenv("TSEL_CPU_WEIGHTS", "bf16")
    assert choose_weights(made, "auto", "cpu").form == ""
    assert choose_weights(made, "full", "cpu") is made


def test_what_cannot_be_packed_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = resolve_model(str(low_bit_folder(tmp_path / "m")))
    with pytest.raises(UsageError, match="several devices"):
        choose_weights(info, "q4", "cuda:0,cuda:1")
    monkeypatch.setattr("tsel_core.models.low_bit.choice.FAMILIES", {})
    with pytest.raises(UsageError, match="models of type qwen2"):
        choose_weights(info, "q4", "cpu")


def test_products_in_8_bit_floats_need_a_gpu_that_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = resolve_model(str(low_bit_folder(tmp_path / "m")))
    with pytest.raises(UsageError, match="NVIDIA GPUs of compute capability"):
        choose_weights(info, "fp8", "cpu")
    for capability, takes in (((8, 6), False), ((8, 9), True), ((9, 0), True)):
        monkeypatch.setattr("torch.cuda.get_device_capability", lambda _device, found=capability: found)
        if takes:
            chosen = choose_weights(info, "fp8", "cuda")
            assert (chosen.form, chosen.packed) == ("fp8", False)
            assert chosen.loaded_bytes("cuda") == info.loaded_bytes("cuda") * 3 // 2
        else:
            with pytest.raises(UsageError, match="no products of 8-bit floats"):
                choose_weights(info, "fp8", "cuda")
    with pytest.raises(UsageError, match="several devices"):
        choose_weights(info, "fp8", "cuda:0,cuda:1")
