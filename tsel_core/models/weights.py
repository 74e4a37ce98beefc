"""Weights from safetensors, quickly; into a transformers model, or the modules of our own that were checked against it.
"""

from __future__ import annotations

import os
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from tsel_core.device.pinned import PinnedUploads
from tsel_core.errors import ModelError
from tsel_core.models.info import weight_files
from tsel_core.models.plain_decoder import PackedMap, PlainModel
from tsel_core.models.shard import Shard


def load_weights(
    folder: Path,
    weights: Future[dict[str, Tensor]],
    device: torch.device,
    dtype: torch.dtype,
    attention: str,
    shard: Shard | None = None,
) -> Any:
    """Causal language model of a folder on `device`, floating weights as `dtype`, buffers as its code makes them.

    `weights`: of `read_weights`, which may be under way while transformers is imported.

    With a `shard` one rank's part of it.

    Models whose file names their tensors otherwise, or that are quantized, go through transformers' own loader.
    Raises ModelError, or ValueError and the like from transformers for a model it does not know.
    """
    from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig

    _quiet()
    config = AutoConfig.from_pretrained(str(folder), local_files_only=True)
    if shard is not None:
        config = shard.config(config)
    model = None
    if not getattr(config, "quantization_config", None):
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(config, attn_implementation=attention, dtype=dtype)
        model = _fill(model, weights.result(), device, folder)
    if model is None and shard is not None:
        raise ModelError(f"the weights in {folder} have a layout that is not split over devices", "use one device")
    if model is None:
        model = AutoModelForCausalLM.from_pretrained(
            str(folder), dtype=dtype, attn_implementation=attention, local_files_only=True, **_as_plain(config)
        )
        model = nn.Module.to(model, device)
    if (folder / "generation_config.json").is_file():
        model.generation_config = GenerationConfig.from_pretrained(str(folder), local_files_only=True)
    return model


def _as_plain(config: Any) -> dict[str, Any]:
    """MXFP4 experts (gpt-oss) become plain weights as they are loaded: products of packed ones need a hub's kernels."""
    stored = getattr(config, "quantization_config", None)
    method = stored.get("quant_method") if isinstance(stored, dict) else getattr(stored, "quant_method", "")
    if method != "mxfp4":
        return {}
    from transformers.utils.quantization_config import Mxfp4Config

    return {"quantization_config": Mxfp4Config(dequantize=True)}


def _quiet() -> None:
    """No progress bars and hints of the library between our own lines, unless TRANSFORMERS_VERBOSITY asks for them."""
    if "TRANSFORMERS_VERBOSITY" not in os.environ:
        from transformers.utils import logging

        logging.set_verbosity_error()
        logging.disable_progress_bar()


def as_transformers(loaded: Any) -> Any:
    """The model of a LoadedModel as transformers runs it, over the same weights in 16 bits or more."""
    model = loaded.model
    if not isinstance(model, PlainModel):
        return model
    if model.transformers_twin is None:
        done: Future[dict[str, Tensor]] = Future()
        device: torch.device = model.lm_head.weight.device  # type: ignore[assignment]
        if isinstance(model.lm_head, PackedMap):  # its own weights, as they are stored
            done.set_result(read_weights(weight_files(loaded.info.path), device, model.dtype))
        else:
            done.set_result({name: value.data for name, value in model.named_parameters()})
        twin = load_weights(loaded.info.path, done, device, model.dtype, "eager")
        model.transformers_twin = twin.eval().requires_grad_(False)
    return model.transformers_twin


def read_weights(
    files: list[Path], device: torch.device, dtype: torch.dtype, shard: Shard | None = None
) -> dict[str, Tensor]:
    """All tensors of the files on `device`, floating ones as `dtype`.

    Projections over one input are put side by side in one storage: the decoder step (tsel_core.decoder.step) then
    multiplies them as one matrix without holding them twice.
    """
    from safetensors import safe_open

    get = shard.read if shard is not None else lambda archive, name: archive.get_tensor(name)
    found: dict[str, Tensor] = {}
    uploads = PinnedUploads(device)
    for file in files:
        with safe_open(str(file), framework="pt", device="cpu") as archive:
            names = list(archive.keys())
            for run in _side_by_side(names):
                parts = [get(archive, name) for name in run]
                home = torch.empty(sum(p.shape[0] for p in parts), parts[0].shape[1], dtype=dtype, device=device)
                for name, part, place in zip(run, parts, home.split([p.shape[0] for p in parts]), strict=True):
                    found[name] = uploads.copy(place, part)
            for name in names:
                if name not in found:
                    found[name] = _moved(get(archive, name), dtype, uploads)
            uploads.finish()  # before the file is closed
    return found


def _moved(tensor: Tensor, dtype: torch.dtype, uploads: PinnedUploads) -> Tensor:
    """A tensor of a file on the device; the file's own where it is that already."""
    kind = dtype if tensor.is_floating_point() else tensor.dtype
    if uploads.device.type == "cpu":
        return tensor.to(uploads.device, kind)
    return uploads.copy(torch.empty(tensor.shape, dtype=kind, device=uploads.device), tensor)


def _side_by_side(names: list[str]) -> list[list[str]]:
    """Names of the plain weights that share an input, in the order in which they are multiplied."""
    groups = (("q_proj", "k_proj", "v_proj"), ("gate_proj", "up_proj"))
    present, runs = set(names), []
    for name in names:
        for group in groups:
            head = f".{group[0]}.weight"
            if name.endswith(head):
                run = [name.removesuffix(head) + f".{part}.weight" for part in group]
                if present.issuperset(run):
                    runs.append(run)
    return runs


def _fill(model: Any, state: dict[str, Tensor], device: torch.device, folder: Path) -> Any | None:
    """Put the weights into a model made without memory; None when its layout is not the plain one."""
    expected = {name: value.shape for name, value in model.state_dict().items()}
    tied = bool(getattr(model.config, "tie_word_embeddings", False))
    if tied and "lm_head.weight" in expected:
        state.pop("lm_head.weight", None)
    if any(expected.get(name) != value.shape for name, value in state.items()):
        return None
    model.load_state_dict(state, strict=False, assign=True)
    model.tie_weights()
    missing = [name for name, value in model.named_parameters() if value.is_meta]
    if missing:
        raise ModelError(
            f"{folder}: {len(missing)} tensors are missing, the first is {missing[0]}", "fetch the model again"
        )
    return model if _make_buffers(model, device) else None


def _make_buffers(model: nn.Module, device: torch.device) -> bool:
    """Replace modules that hold computed buffers only (rotary frequencies) by fresh ones; False when one is mixed."""
    for name, module in list(model.named_modules()):
        if not any(b.is_meta for b in module.buffers(recurse=False)):
            continue
        if list(module.children()) or list(module.parameters()) or not hasattr(module, "config"):
            return False
        with torch.device(device):
            fresh = type(module)(module.config)
        parent, _, leaf = name.rpartition(".")
        setattr(model.get_submodule(parent), leaf, fresh)
    return True
