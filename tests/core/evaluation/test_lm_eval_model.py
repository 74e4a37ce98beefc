"""The harness's model class on a tiny model: likelihoods are the engine's own, replies stop where they must."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_folder import make_folder

pytest.importorskip("lm_eval", reason="lm-eval is not installed")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Any:
    from tsel_core.evaluation.lm_eval_model import TselLM

    folder: Path = make_folder(tmp_path_factory.mktemp("lm_eval"))
    return TselLM.create_from_arg_string(f"model={folder},setting=fast,device=cpu")


def asked(kind: str, *arguments: Any) -> Any:
    from lm_eval.api.instance import Instance

    return Instance(kind, {}, arguments, 0)


def test_likelihoods_are_those_of_the_whole_text(model: Any) -> None:
    context, continuation = "The fee is 620 euros and the term", " ends in May."
    ((total, greedy),) = model.loglikelihood([asked("loglikelihood", context, continuation)])
    ids, rest = model._cut(context, continuation)
    reading = model.engine.read([*ids, *rest[:-1]], 1, room=2)
    whole = model.loglikelihood_rolling([asked("loglikelihood_rolling", context + continuation)])[0]
    before = model.loglikelihood_rolling([asked("loglikelihood_rolling", context)])[0]
    assert total == pytest.approx(whole - before, abs=1e-3)
    assert isinstance(greedy, bool)
    last = torch.log_softmax(reading.logits.float(), -1)[rest[-1]]
    assert total < float(last) < 0


def test_a_greedy_continuation_is_known_as_such(model: Any) -> None:
    ids = model._ids("Some words")
    logits = model.engine.read(ids, 1, room=3).logits
    assert model._score(ids, [int(logits.argmax())])[1] is True
    assert model._score(ids, [int(logits.argmin())])[1] is False


def test_a_reply_ends_before_its_stop_and_within_its_limit(model: Any) -> None:
    free = model.generate_until([asked("generate_until", "Some words", {"until": [], "max_gen_toks": 12})])[0]
    assert len(free) > 2
    stop = free[2]
    cut = model.generate_until([asked("generate_until", "Some words", {"until": [stop], "max_gen_toks": 12})])[0]
    assert cut == free.split(stop)[0]


def test_the_harness_asks_for_a_gpu_where_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_core.evaluation.lm_eval_model import _device

    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.warns(UserWarning, match="cuda:0 is not there"):
        assert _device("cuda:0") == "auto"
    assert _device("cpu") == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert _device("cuda:0") == "cuda:0"
