"""A decoder over weights in few bits computes what the same numbers in bf16 do, reading and writing."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from low_bit_folder import low_bit_folder, on_grids

from tests.core.decoder.test_graph_decode import kernels as graph_kernels
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.decoder.graph.decode import GraphDecoder
from tsel_core.decoder.low_bit.cpu import ByteLinear, NibbleLinear, Scratch
from tsel_core.decoder.low_bit.step import compute_packed, has_compiled_rows
from tsel_core.decoder.row_step import RowStep
from tsel_core.decoder.step import DecoderStep, TorchOps
from tsel_core.decoder.together import rows_are_alike
from tsel_core.engine.engine import Engine
from tsel_core.engine.lookup import LONGEST
from tsel_core.engine.together.crew import Crew, SharedEngine
from tsel_core.kv.cache import KVCache
from tsel_core.models.info import weight_files
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.low_bit.choice import choose_weights
from tsel_core.models.low_bit.file import make_low_bit, read_low_bit
from tsel_core.models.low_bit.maps import Files, maps_of
from tsel_core.models.low_bit.quantize import byte_rows, four_bits, nibble_pack, packed_eight, packed_four
from tsel_core.models.plain_decoder import PackedMap, PlainModel
from tsel_core.parallel.open import open_engine
from tsel_kernels.append.reference import append_index_
from tsel_kernels.backend import torch_kernels
from tsel_kernels.native.calls import NativeRows
from tsel_kernels.native.choice import describe

IDS = torch.randint(3, 300, (90,), generator=torch.Generator().manual_seed(3)).tolist()


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_MODELS", str(tmp_path / "models"))


def lost(got: torch.Tensor, want: torch.Tensor) -> float:
    return float((got.float() - want.float()).norm() / want.float().norm())


@pytest.mark.parametrize("rows", [1, 3, 8, 9, 40])
@pytest.mark.parametrize("numbers", [torch.bfloat16, torch.float32])
@pytest.mark.parametrize(("num", "width"), [(64, 32), (192, 96), (1088, 64)])
def test_products_of_a_cpu(num: int, width: int, rows: int, numbers: torch.dtype) -> None:
    """Few and many rows, one slab and several, a last slab that is shorter; with a bias and as the product rounds it."""
    weight, bias = on_grids(torch.randn(num, width), 3), torch.randn(num)
    x = torch.randn(rows, width, generator=torch.Generator().manual_seed(rows))
    scratch, want = Scratch(numbers), F.linear(x, weight.float())
    for linear, most in (
        (NibbleLinear(nibble_pack(four_bits(weight)), bias, torch.float32, scratch), 8e-3),
        (ByteLinear(byte_rows(weight), bias, torch.float32, scratch), 1.5e-2),
    ):
        got = linear(x)
        assert got.dtype == torch.float32
        assert lost(got - bias, want) < most
        linear.bias, linear.narrow = None, True
        assert linear(x).dtype == (torch.float32 if rows <= 8 else numbers)
        assert lost(linear(x), want) < most


def test_drafts_behind_a_token_have_its_bits(tmp_path: Path) -> None:
    """Compiled rows: the default drafts, and what is written and computed is the same to the last bit."""
    chosen = choose_weights(resolve_model(str(low_bit_folder(tmp_path / "m", "llama"))), "q4", "cpu")
    engine = open_engine(chosen, "cpu", EngineConfig(attention="full", chunk_size=32), SelectionConfig())
    step = engine.forward.step
    assert step is not None
    if not has_compiled_rows(step):
        pytest.skip(f"no compiled products: {describe()}")
    assert rows_are_alike(step)
    found, passes, together = [], [], engine.forward.together
    engine.forward.together = lambda tokens, rows: passes.append(len(tokens)) or together(tokens, rows)  # type: ignore[method-assign]
    for drafts in (None, 0):
        engine.config = EngineConfig(attention="full", chunk_size=32, drafts=drafts)
        reading = engine.read(IDS, 80, room=60)
        tokens = [s.token_id for s in engine.write(reading, 50, ignore_end=True)]
        found.append((tokens, reading.logits))
    assert max(passes) > 2
    assert found[0][0] == found[1][0]
    assert torch.equal(found[0][1], found[1][1])


def test_rows_behind_others_are_rounded_and_the_first_of_a_text_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question is some dozens of rows behind a kept reading; a text's first row has numbers that 8 bits do not hold."""
    chosen = choose_weights(resolve_model(str(low_bit_folder(tmp_path / "m", "llama"))), "q4", "cpu")
    engine = open_engine(chosen, "cpu", EngineConfig(attention="full", chunk_size=200), SelectionConfig())
    step = engine.forward.step
    assert step is not None
    if not has_compiled_rows(step):
        pytest.skip(f"no compiled products: {describe()}")
    seen: list[int] = []
    multiply = NativeRows.nibbles

    def noted(self: NativeRows, x: torch.Tensor, *rest: torch.Tensor) -> torch.Tensor:
        seen.append(len(x))
        return multiply(self, x, *rest)

    monkeypatch.setattr(NativeRows, "nibbles", noted)
    for first in (6, 90, 140):
        reading = engine.read((IDS * 2)[:first], first, room=300)
        assert set(seen) <= {1}, "its last token goes through the last layer alone"
        seen.clear()
        engine.crop(reading, first)
        for more in (6, 90, 140):
            engine.extend(reading, (IDS * 2)[:more])
            assert set(seen) - {1} == ({more} if more <= NibbleLinear.most else set())
            engine.crop(reading, first)
            seen.clear()
    assert NibbleLinear.most > ByteLinear.most > LONGEST


def test_sequences_of_several_threads_share_the_compiled_products(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their rows are multiplied together, torch's own operations beside it stay on one core, and the words are the same."""
    chosen = choose_weights(resolve_model(str(low_bit_folder(tmp_path / "m", "llama"))), "q4", "cpu")
    engine = open_engine(chosen, "cpu", EngineConfig(attention="full", chunk_size=32, drafts=0), SelectionConfig())
    assert engine.forward.step is not None
    if not has_compiled_rows(engine.forward.step):
        pytest.skip(f"no compiled products: {describe()}")
    seen: list[tuple[int, int]] = []
    multiply = NativeRows.nibbles

    def noted(self: NativeRows, x: torch.Tensor, *rest: torch.Tensor) -> torch.Tensor:
        seen.append((len(x), torch.get_num_threads()))
        return multiply(self, x, *rest)

    texts = [IDS[n:] for n in (0, 7, 13)]
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        alone = [[s.token_id for s in engine.write(engine.read(t, len(t), room=40), 30, ignore_end=True)] for t in texts]
        monkeypatch.setattr(NativeRows, "nibbles", noted)
        barrier = threading.Barrier(3)

        def work(own: SharedEngine, text: list[int]) -> list[int]:
            reading = own.read(text, len(text), room=40)
            barrier.wait(20)
            return [s.token_id for s in own.write(reading, 30, ignore_end=True)]

        assert Crew.of(engine).each(work, texts, 3) == alone
    finally:
        torch.set_num_threads(before)
    assert sum(rows == 3 for rows, _ in seen) > 50, "they meet for most tokens"
    assert {threads for rows, threads in seen if rows in (2, 3)} == {1}, "other numbers are of a prompt"


def test_drafts_of_several_threads_are_forwarded_together(tmp_path: Path) -> None:
    chosen = choose_weights(resolve_model(str(low_bit_folder(tmp_path / "m", "llama"))), "q4", "cpu")
    engine = open_engine(chosen, "cpu", EngineConfig(attention="full", chunk_size=32), SelectionConfig())
    assert engine.forward.step is not None
    if not has_compiled_rows(engine.forward.step):
        pytest.skip(f"no compiled products: {describe()}")
    texts = [IDS[n:] for n in (0, 7, 13)]

    def write(own: Engine, text: list[int]) -> tuple[list[int], torch.Tensor]:
        reading = own.read(text, len(text), room=60)
        return [s.token_id for s in own.write(reading, 50, ignore_end=True)], reading.logits

    alone = [write(engine, text) for text in texts]
    passes = []
    for _ in range(3):  # threads that another program holds up for long do not meet
        crew = Crew.of(engine)
        found = crew.each(write, texts, 3)
        assert [words for words, _ in found] == [words for words, _ in alone]
        assert all(torch.equal(one, other) for (_, one), (_, other) in zip(found, alone, strict=True)), "to the last bit"
        assert crew.meeting.num_tokens > 3 * 49, "drafts are counted among them, and some were wrong"
        passes.append(crew.meeting.num_passes)
    assert min(passes) < 3 * 49 / 2


def answers(engine: Engine, mode: str, forced: list[int] | None = None) -> tuple[list[int], list[torch.Tensor]]:
    """Tokens written (the `forced` ones), and the logits before each."""
    engine.config = EngineConfig(attention=mode, chunk_size=32, drafts=0)  # type: ignore[arg-type]
    reading, logits = engine.read(IDS, 80, room=16), list[torch.Tensor]()
    steps = engine.write(reading, 12, forced_ids=forced, keep_logits=logits, ignore_end=True)
    return [step.token_id for step in steps], logits


@pytest.mark.parametrize("mode", ["full", "select"])
@pytest.mark.parametrize("tied", [False, True])
@pytest.mark.parametrize("kind", ["qwen2", "llama", "qwen3", "phi3"])
def test_a_model_in_four_bits_answers_as_it_does_in_sixteen(kind: str, tied: bool, mode: str, tmp_path: Path) -> None:
    """From the folder on: checked, packed, loaded; the second load finds what the first one made."""
    info = resolve_model(str(low_bit_folder(tmp_path / "m", kind, tied=tied)))
    plain = Engine(load_model(info, dtype=torch.float32), EngineConfig(chunk_size=32), SelectionConfig())
    tokens, logits = answers(plain, mode)
    chosen = choose_weights(info, "q4", "cpu")
    for _ in range(2):
        engine = open_engine(chosen, "cpu", EngineConfig(chunk_size=32), SelectionConfig())
        assert isinstance(engine.loaded.model, PlainModel)
        assert isinstance(engine.loaded.model.lm_head, PackedMap)
        got, also = answers(engine, mode, tokens)
        assert got == tokens
        assert lost(also[0], logits[0]) < 0.03
        assert max(lost(*pair) for pair in zip(also, logits, strict=True)) < 0.06  # written: the row in 8 bits, too


def test_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    info = choose_weights(resolve_model(str(low_bit_folder(tmp_path / "m"))), "q4", "cpu")
    _ = open_engine(info, "cpu", EngineConfig(), SelectionConfig())
    (file,) = (tmp_path / "models" / ".low_bit").glob("*.safetensors")
    file.write_bytes(file.read_bytes()[:-8])
    engine = open_engine(info, "cpu", EngineConfig(chunk_size=32), SelectionConfig())
    assert len(answers(engine, "full")[0]) == 12


def packed_for_gpu(folder: Path, outline: Any, bits: int) -> PlainModel:
    """The decoder as a GPU holds it, its tensors on the CPU."""
    table: dict[str, Any] = {}
    device = torch.device("cpu")
    make_low_bit("gpu", "m", weight_files(folder), "q4", device)
    plain = read_low_bit("gpu", "q4", device)
    assert plain is not None
    with Files(weight_files(folder)) as files:
        for one in maps_of(files):
            weight = files.tensor(one.parts)
            table[one.name] = packed_four(four_bits(weight)) if one.bits(True) == bits == 4 else packed_eight(weight)
    rest = {n: t.float() for n, t in plain.items() if isinstance(t, torch.Tensor)}
    return PlainModel(outline, table | rest).eval()


@pytest.mark.parametrize("bits", [4, 8])
@pytest.mark.parametrize("selects", [False, True])
def test_the_captured_step_over_packed_weights(bits: int, selects: bool, tmp_path: Path) -> None:
    """The kernels' definitions, the loop in the open: the same tokens as the dense step writes."""
    folder = low_bit_folder(tmp_path / "m")
    info = resolve_model(str(folder))
    engine = Engine(load_model(info, dtype=torch.float32), EngineConfig(attention="full", chunk_size=32))
    reading = engine.read(IDS, 80, room=16)
    expected = [step.token_id for step in engine.write(reading, 12, ignore_end=True)]
    model = packed_for_gpu(folder, engine.forward.model.outline, bits)
    step, kernels = DecoderStep(model, TorchOps()), torch_kernels()
    compute_packed(step, kernels, torch.float32)
    step.ops = TorchOps()
    products = {name: getattr(kernels, name) for name in ("packed_row_linear_", "packed_row_")}
    packed = SimpleNamespace(**vars(graph_kernels()), **products)
    selection = SelectionConfig(budget=256, num_sink=4, num_local=16, reuse_threshold=1.0) if selects else None
    cache = KVCache(3, 120, append_index_)
    again = engine.read(IDS, 80, room=16)
    for to, layer in zip(cache.pools, again.cache.pools, strict=True):
        layer.copy_to(to, 90)
    with torch.inference_mode():
        decoder = GraphDecoder(step, model, cache, packed, selection)  # type: ignore[arg-type]
        assert isinstance(decoder.step, RowStep)
        decoder.start(expected[0], 90)
        written = [expected[0], *decoder.run(11, ())]
    assert sum(a == b for a, b in zip(written, expected, strict=True)) >= 10


def test_a_chunk_over_packed_weights(tmp_path: Path) -> None:
    """Many rows go through the numbers of a map, in one piece or several."""
    from tsel_core.decoder.low_bit import gpu

    weight = on_grids(torch.randn(64, 96), 5).float()
    x, bias = torch.randn(7, 96), torch.randn(64)
    linear = gpu.PackedLinear(packed_four(four_bits(weight)), bias, gpu.Unpacked(torch_kernels(), torch.float32, x.device))
    whole = linear(x)
    assert lost(whole, F.linear(x, weight, bias)) < 3e-3
    assert lost(linear(x[:1]), whole[:1]) < 1e-5
    gpu._MOST, kept = 96 * 20, gpu._MOST
    try:
        assert lost(linear(x), whole) < 1e-5
    finally:
        gpu._MOST = kept
    assert replace(linear.weight).bits == 4
