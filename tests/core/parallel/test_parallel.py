"""Two processes that share a model select and write what one does; a lost one ends the other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.distributed as dist

from tests_support import make_model
from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.engine.engine import Engine
from tsel_core.errors import ModelError, TselError, UsageError
from tsel_core.models.info import ModelInfo, describe_folder
from tsel_core.models.shard import Shard, check_ranks
from tsel_core.parallel import launch as tensor_parallel_launch
from tsel_core.parallel.launch import Group
from tsel_core.parallel.open import group_of, open_engine

pytestmark = pytest.mark.skipif(not (dist.is_available() and dist.is_gloo_available()), reason="torch has no gloo")

SMALL: dict[str, Any] = {"budget": 48, "num_sink": 4, "num_local": 16, "block_size": 16, "anchor_every": 5}
SETTINGS: dict[str, dict[str, Any]] = {
    "default": {},
    "anchors at the end": {"anchors": "end", "correction": "merge"},
    "paper": {"vote": "mean-query", "delta": False},
    "one pick for all heads": {"per_kv_head": False, "coverage_target": 0.8, "min_budget": 8},
    "one pick, lexical": {"per_kv_head": False, "lexical_share": 0.3},
    "reuse": {"reuse_threshold": 0.3},
    "reuse of each group": {"reuse_threshold": 0.2, "reuse_scope": "each"},
    "coverage floor": {"coverage_floor": 0.6},
}
IDS = torch.randint(3, 300, (400,), generator=torch.Generator().manual_seed(0)).tolist()
TAIL = 380


@pytest.fixture(scope="module")
def info(tmp_path_factory: pytest.TempPathFactory) -> ModelInfo:
    path = tmp_path_factory.mktemp("models") / "tiny"
    from tiny_folder import make_folder

    return describe_folder(make_folder(path), name="tiny", source="folder")


@pytest.fixture(scope="module")
def engines(info: ModelInfo) -> Iterator[tuple[Engine, Engine]]:
    config = EngineConfig(chunk_size=128, attention="select")
    two = open_engine(info, "cpu,cpu", config, SelectionConfig())
    yield open_engine(info, "cpu", config, SelectionConfig()), two
    group = group_of(two)
    assert group is not None
    group.close()


def group(engine: Engine) -> Group:
    found = group_of(engine)
    assert found is not None
    return found


def run(engine: Engine, mode: str, selection: SelectionConfig, **config: Any) -> dict[str, Any]:
    """Read and write with an engine; everything that must not depend on how many processes did it."""
    engine.config = replace(engine.config, attention=mode, **config)  # type: ignore[arg-type]
    engine.use_selection(selection)
    engine.traced_layers = frozenset({1})
    engine.reset()
    reading = engine.read(IDS, TAIL, room=20)
    logits = reading.logits.clone()
    trace = engine.runtime.trace
    trace.watch_units(torch.arange(reading.cache.capacity) // 64, reading.cache.capacity // 64 + 1)
    steps = list(engine.write(reading, 12, ignore_end=True))
    assert trace.picked is not None
    coverage = trace.coverage_of(trace.prefill_coverage), trace.coverage_of(trace.decode_coverage)
    return {
        "tokens": [s.token_id for s in steps],
        "logits": logits,
        "weights": torch.stack([s.unit_weights for s in steps if s.unit_weights is not None]),
        "by_step": trace.by_step(),
        "coverage": [x for pair in coverage if pair is not None for x in pair],
        "picked": trace.picked.clone(),
        "hits": [s.cache.num_hits for s in engine.runtime.selectors],
        "grown": (trace.num_grown, trace.num_full),
    }


@pytest.mark.parametrize(("mode", "changes"), [("full", {}), *(("select", c) for c in SETTINGS.values())], ids=["full", *SETTINGS])
def test_two_processes_do_what_one_does(engines: tuple[Engine, Engine], mode: str, changes: dict[str, Any]) -> None:
    selection = SelectionConfig(**{**SMALL, **changes})
    one, two = (run(engine, mode, selection) for engine in engines)
    assert one["tokens"] == two["tokens"]
    assert one["hits"] == two["hits"]
    assert one["grown"] == two["grown"]
    assert torch.equal(one["picked"], two["picked"])
    assert float((one["logits"] - two["logits"]).abs().max() / one["logits"].abs().max()) < 1e-5
    torch.testing.assert_close(one["weights"], two["weights"])
    for ours, theirs in zip(one["by_step"], two["by_step"], strict=True):
        assert ours == pytest.approx(theirs, abs=1e-5)
    assert one["coverage"] == pytest.approx(two["coverage"], abs=1e-5)
    if mode == "select":
        assert one["picked"].any()
    if "reuse_threshold" in changes:
        assert sum(one["hits"]) > 0
    if "coverage_floor" in changes:
        assert sum(one["grown"]) > 0


def test_the_models_own_layer_gives_the_same_sums(engines: tuple[Engine, Engine]) -> None:
    """The lean step is kept only where it equals the first layer as transformers runs it, on all ranks together."""
    assert [engine.forward.step is not None for engine in engines] == [True, True]


def test_sampling_follows_the_seed(engines: tuple[Engine, Engine]) -> None:
    selection = SelectionConfig(**SMALL)
    one, two = (run(engine, "select", selection, temperature=1.0, seed=3)["tokens"] for engine in engines)
    greedy = run(engines[0], "select", selection, temperature=0.0)["tokens"]
    engines[1].config = replace(engines[1].config, temperature=0.0)
    assert one == two
    assert one != greedy


def test_a_larger_cache_begins_with_the_rows_of_another(engines: tuple[Engine, Engine]) -> None:
    from tsel_core.kv.copy import RowsOf

    written = []
    for engine in engines:
        engine.use_selection(SelectionConfig(**SMALL))
        engine.reset()
        first = engine.read(IDS[:300], 300, room=4)
        engine.crop(first, 290)
        second = engine.read(IDS, TAIL, room=8, kept=RowsOf(first.cache, 290))
        written.append([s.token_id for s in engine.write(second, 6, ignore_end=True)])
    assert written[0] == written[1]


def test_ctrl_c_waits_for_the_end_of_a_pass_and_nothing_is_lost(engines: tuple[Engine, Engine]) -> None:
    engine = engines[1]
    before = run(engine, "select", SelectionConfig(**SMALL))["tokens"]
    reading = engine.read(IDS, TAIL, room=4000)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)  # the run itself may ignore it
    timer = threading.Timer(0.15, signal.raise_signal, [signal.SIGINT])
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            for _ in engine.write(reading, 3000, ignore_end=True):
                pass
    finally:
        timer.join()
        signal.signal(signal.SIGINT, usual)
    assert group(engine).failed is None
    assert run(engine, "select", SelectionConfig(**SMALL))["tokens"] == before


def test_the_parts_are_the_whole_model(info: ModelInfo) -> None:
    from safetensors import safe_open

    checked = set()
    with safe_open(str(next(info.path.glob("*.safetensors"))), framework="pt") as archive:
        for name in archive.keys():  # noqa: SIM118
            whole = archive.get_tensor(name)
            parts = [Shard.of(info, rank, 2).read(archive, name) for rank in range(2)]
            if parts[0].shape == whole.shape:
                assert torch.equal(parts[0], whole)
            else:
                assert torch.equal(torch.cat(parts, 1 if "o_proj" in name or "down_proj" in name else 0), whole)
                checked.add(name.split(".")[-2])
    assert checked == {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}


def test_fused_projections_and_biases_are_split(tmp_path: Path) -> None:
    from safetensors.torch import safe_open, save_file

    model = make_model("phi3")
    config = model.config
    state = {n: t.contiguous() for n, t in model.state_dict().items()} | {"layers.0.o_proj.bias": torch.ones(48)}
    save_file(state, tmp_path / "w.safetensors")
    heads, kv, dim = config.num_attention_heads, config.num_key_value_heads, config.hidden_size // config.num_attention_heads
    with safe_open(str(tmp_path / "w.safetensors"), framework="pt") as archive:
        name = "model.layers.0.self_attn.qkv_proj.weight"
        parts = [Shard(rank, 2, heads, kv, dim).read(archive, name) for rank in range(2)]
        sections = [p.split([heads // 2 * dim, kv // 2 * dim, kv // 2 * dim]) for p in parts]
        assert torch.equal(torch.cat([torch.cat(pair) for pair in zip(*sections, strict=True)]), state[name])
        biases = [Shard(rank, 2, heads, kv, dim).read(archive, "layers.0.o_proj.bias") for rank in range(2)]
        assert torch.equal(biases[0] + biases[1], torch.ones(48))


def test_what_cannot_be_shared_is_refused_first(info: ModelInfo) -> None:
    with pytest.raises(UsageError, match="2 KV heads, which 3 devices cannot share"):
        open_engine(info, "cpu,cpu,cpu", EngineConfig(), SelectionConfig())
    with pytest.raises(ModelError, match="gemma2 is not split"):
        check_ranks(replace(info, model_type="gemma2"), 2)


def test_a_process_whose_rank_0_is_gone_ends(tmp_path: Path) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", "import subprocess, sys, os, signal\n"
         "p = subprocess.Popen([sys.executable, '-m', 'tsel_core.parallel.worker'], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT)\n"
         "p.stdin.write(b'{}\\n'); p.stdin.flush(); print(p.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"],
        stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
    )  # fmt: skip
    pid = int(worker.communicate()[0])
    gone_by(pid, 20)


def test_a_killed_process_is_an_error_in_two_lines_and_chat_ends_with_it(info: ModelInfo, tmp_path: Path) -> None:
    """The real command: a first answer, the other process killed, a second question."""
    document = tmp_path / "doc.txt"
    document.write_text("\n\n".join(f"Clause {j}: party pays {j * 13}." for j in range(30)), encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "TSEL_CACHE": str(tmp_path / "cache")}
    command = ["chat", str(document), "--model", str(info.path), "--device", "cpu,cpu", "--max-new-tokens", "4", "--json"]
    chat = subprocess.Popen(
        [sys.executable, "-m", "tsel_cli", *command],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
    )  # fmt: skip
    assert chat.stdin is not None
    assert chat.stdout is not None
    chat.stdin.write("What?\n")
    chat.stdin.flush()
    assert '"device": "cpu,cpu"' in chat.stdout.readline()
    (other,) = children(chat.pid)
    os.kill(other, getattr(signal, "SIGKILL", signal.SIGTERM))
    time.sleep(0.2)
    _, err = chat.communicate("And then?\n", timeout=60)
    assert chat.returncode in (1, 3), err  # 3: the tiny model did not find an answer to the first question
    assert "error: the process of cpu (process 2 of 2) ended with code -9" in err
    assert "hint: run again" in err
    assert "Traceback" not in err
    gone_by(other, 5)


def children(pid: int) -> list[int]:
    path = Path(f"/proc/{pid}/task/{pid}/children")
    if not path.is_file():
        pytest.skip("this system does not list child processes in /proc")
    return [int(p) for p in path.read_text().split()]


def gone_by(pid: int, seconds: float) -> None:
    """The process ends within so many seconds (a zombie has ended)."""
    stat = Path(f"/proc/{pid}/stat")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if stat.read_text().rpartition(")")[2].split()[0] == "Z":
                return
        except OSError:
            return
        time.sleep(0.1)
    raise AssertionError(f"process {pid} is still there")


def test_what_another_process_fails_with_is_raised_here_and_a_stuck_pass_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """A collective on GPUs would not return: the thread that saw the process end calls on_stuck."""
    monkeypatch.setattr(tensor_parallel_launch, "_GRACE", 0.05)
    stuck: list[TselError] = []
    failing = Group({"random": "no such shape", "memory_limit": None}, ["cpu", "cpu"], stuck.append)
    failing._busy = True  # as in the middle of a pass
    failing._followers[0].process.wait(60)
    time.sleep(0.5)
    with pytest.raises(TselError, match=r"cpu \(process 2 of 2\): --random-weights must be one of") as error:
        failing.connect()
    assert error.value.exit_code == 2
    assert [e.message for e in stuck] == [error.value.message]


def test_an_error_in_another_process_has_its_exit_code(info: ModelInfo) -> None:
    from tsel_core.parallel.worker import describe

    assert describe(UsageError("a", "b")) == {"error": "a", "hint": "b", "exit_code": 2}
    assert describe(RuntimeError("CUDA out of memory. Tried"))["exit_code"] == 5
    assert "ranks" not in asdict(info)


def test_a_worker_that_lost_a_device_loads_again_and_does_the_document_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    from tsel_core.parallel import open as tensor_parallel_open
    from tsel_core.pool.worker import EngineWorker, WorkSettings

    worker, results = EngineWorker(WorkSettings("m", "")), [{"error": "lost"}, {"record": {}}]
    worker._session = SimpleNamespace(_engine=object())
    monkeypatch.setattr(worker, "_run", lambda *_: results.pop(0))
    monkeypatch.setattr(tensor_parallel_open, "group_of", lambda engine: SimpleNamespace(failed=ModelError("lost", "")))
    assert worker.run("ask", [], None) == {"record": {}}  # type: ignore[arg-type]
    assert worker._session is None


def test_a_lost_process_fails_the_engine_for_good(engines: tuple[Engine, Engine]) -> None:
    """Last: the module's two processes are used up."""
    engine = engines[1]
    (pid,) = group(engine).pids()
    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
    for _ in range(2):
        with pytest.raises(TselError, match=r"process 2 of 2\) ended with code"):
            engine.read(IDS, TAIL, room=4)
    gone_by(pid, 5)
