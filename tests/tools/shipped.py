"""Write what the package knows of a model (tsel_core/models/shipped): checked here, against transformers.

    python -m tests.tools.shipped [MODEL]...        without a name: the default model
    python -m tests.tools.shipped --check [MODEL]   exit code 1 when what is there is not what is found now

On a CPU, with the weights as they are stored. Run it for every model whose first start is to do without transformers,
before a release, and when a layout of an outline changes.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from typing import Any
from unittest.mock import patch

import torch

from tsel_core.decoder.acceptance import Judge, layers_checked, offsets
from tsel_core.decoder.known_logits import KnownJudge
from tsel_core.decoder.paths import lean_path
from tsel_core.decoder.plain import plain_twin
from tsel_core.decoder.step import DecoderStep, TorchOps
from tsel_core.models import plain_tokenizer
from tsel_core.models.load import load_model, resolve_model
from tsel_core.models.shipped import known

SAMPLED = 512  # tokens of the vocabulary whose logits are kept


def made(info: Any) -> known.KnownModel:
    """What is known of a model that nothing was found of before: its logits by transformers in float32."""
    from tsel_core.config import SelectionConfig
    from tsel_core.layers.seam import NAME, attach
    from tsel_kernels.backend import load_kernels

    loaded = load_model(info, device="cpu")
    model = loaded.model
    kernels = load_kernels(torch.device("cpu"))
    runtime = attach(model, SelectionConfig(), kernels).runtime
    twin = plain_twin(model, loaded.eos_ids)
    assert twin is not None, "a model of a lean family"
    step = DecoderStep(twin, TorchOps())
    ends = layers_checked(model)
    logits, rows, tokens = {}, None, ()
    for kind, layers in (("every", None), ("ends", ends)):
        if kind == "ends" and ends is None:
            continue
        judge = Judge(model, loaded.tokenizer, NAME, True, layers)
        wrong = judge.difference(lean_path(step, twin, runtime, kernels, judge))
        assert not wrong, wrong
        places = judge.places(True)
        rows, tokens = judge.head.rows, tuple(judge.tokens.tolist())
        logits[kind] = torch.stack([place.expected for place in places]).float().cpu()
    found = known.KnownModel(twin.outline, tokens, tuple(offsets(model)), tuple(ends or ()), rows, logits)
    if rows is not None:
        some = torch.arange(0, len(rows), len(rows) // SAMPLED)
        found = replace(found, sampled=rows[some].cpu(), logits={k: v[..., some].contiguous() for k, v in logits.items()})
    judge_of_ours = KnownJudge(twin, found)
    assert not judge_of_ours.difference(lean_path(step, twin, runtime, kernels, judge_of_ours))
    return found


def hide() -> None:
    """Nothing that was found before is used."""
    from tsel_core.models import accepted, load

    accepted._read = lambda _file: None  # type: ignore[assignment]
    known.known_model = lambda _info: None  # type: ignore[assignment]
    load._read_tokenizer.cache_clear()


def record_of(info: Any) -> dict[str, Any]:
    """What a tokenizer has beside its machine, when it is the same as transformers' own."""
    from transformers import PreTrainedTokenizerFast

    kept: list[dict[str, Any]] = []
    theirs = PreTrainedTokenizerFast.from_pretrained(str(info.path), local_files_only=True, fix_mistral_regex=False)
    with patch.object(plain_tokenizer, "write_record", lambda _file, content: kept.append(json.loads(content))):
        plain_tokenizer.remember_tokenizer(info.path, info.model_type, theirs)
    assert kept, "a tokenizer that does as transformers' does"
    return asdict(plain_tokenizer.TokenizerRecord(**kept[0]))


def main(arguments: list[str]) -> int:
    """See the module."""
    checks = "--check" in arguments
    code = 0
    for name in [a for a in arguments if not a.startswith("--")] or [None]:
        info = resolve_model(name, offline=True)
        if not known.model_key(info):
            sys.exit(f"{info.name}: no sha256 is known of its weights")
        there = known.known_model(info)
        hide()
        found = made(info)
        record = record_of(info)
        if checks:
            same = there is not None and there.outline == found.outline and there.tokens == found.tokens
            same = same and all(torch.allclose(there.logits[k], v, atol=1e-3) for k, v in found.logits.items())
            same = same and known.known_record(info.path, info.model_type) == record
            print(f"{info.name}: {'as it was' if same else 'not what is in the package'}")
            code = code if same else 1
            continue
        known.write_record_of(info.path, info.model_type, record)
        print(known.write_known(info, found))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
