"""An engine on one device, or on several that share the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from tsel_core.config import EngineConfig, SelectionConfig
from tsel_core.device.current import make_current
from tsel_core.device.memory import limit_memory
from tsel_core.engine.engine import Engine
from tsel_core.engine.low_bit import prepare_low_bit
from tsel_core.errors import ModelError
from tsel_core.models.load import device_list, load_model
from tsel_core.models.low_bit.random import random_packed
from tsel_core.models.random import random_info, random_model
from tsel_core.models.shard import Shard, check_ranks
from tsel_core.parallel.launch import Group, OnStuck, job_of, leave
from tsel_core.parallel.lead import LeadingForward, lead

if TYPE_CHECKING:
    from tsel_core.models.info import ModelInfo


def open_engine(
    model: ModelInfo | str,
    device: str,
    config: EngineConfig,
    selection: SelectionConfig,
    on_stuck: OnStuck = leave,
) -> Engine:
    """Load a model, or a named shape with random weights, on the devices of `pick_device`.

    Several devices: a process is started for every one but the first, and ends with this one (see Group for
    `on_stuck`). Raises UsageError when the heads cannot be shared, ModelError, or what another process failed with.
    """
    devices = device_list(device)
    limit_memory(devices[0], config.memory_limit)
    if len(devices) == 1:
        make_current(torch.device(device))
        engine = Engine(_whole(model, device, config), config, selection)
        _ = engine.forward.choice  # the model is checked while it is loaded, not while a document is read
        if getattr(engine.loaded.info, "form", "") == "fp8":
            engine.forward.multiply_in_fp8()
        return engine
    if isinstance(model, str):
        job = {"random": model}
        check_ranks(random_info(model), len(devices))
    else:
        job = job_of(model)
        check_ranks(model, len(devices))
    group = Group({**job, "memory_limit": config.memory_limit}, devices, on_stuck)
    try:
        group.use_threads()
        if devices[0].startswith("cuda"):
            torch.cuda.set_device(devices[0])
        if isinstance(model, str):
            loaded = random_model(model, devices[0], part=(0, len(devices)))
        else:
            loaded = load_model(model, device=devices[0], shard=Shard.of(model, 0, len(devices)))
        engine = Engine(loaded, config, selection)
        group.connect()
        with group.leading():
            lead(engine, group)
    except BaseException:
        group.close()
        raise
    return engine


def _whole(model: ModelInfo | str, device: str, config: EngineConfig) -> Any:
    """The model on one device, its weights in the form that is asked for."""
    if not isinstance(model, str):
        prepare_low_bit(model, device, config.memory_limit)
        try:
            return load_model(model, device=device)
        except ModelError:
            if not prepare_low_bit(model, device, config.memory_limit):
                raise
            return load_model(model, device=device)  # what was packed was damaged, and is made anew
    if config.weights in ("q4", "q8"):
        return random_packed(model, device, config.weights)
    loaded = random_model(model, device)
    if config.weights == "fp8":
        loaded.info.form = "fp8"
    return loaded


def group_of(engine: Engine) -> Group | None:
    """The group of an engine on several devices."""
    return engine.forward.group if isinstance(engine.forward, LeadingForward) else None
