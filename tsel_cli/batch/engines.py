"""The engines of a batch: Ray's, several processes, or this one, each with one document at a time or several."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from tsel_cli.resident.client import release
from tsel_cli.resident.shelf import lend
from tsel_core.installing import adding

if TYPE_CHECKING:
    from tsel_cli.batch.options import Engines
    from tsel_cli.console import Stderr
    from tsel_core.pool.pool import Pool
    from tsel_core.pool.worker import WorkSettings

_ON_GPU, _ON_CPU = 16, 2  # documents at once; a CPU gains half by the second, and each takes memory


def make_pool(settings: WorkSettings, engines: Engines, num_work: int, console: Stderr) -> Pool:
    """The engines: Ray's, several processes, or this one."""
    from tsel_core.pool.pool import InProcess
    from tsel_core.pool.replicas import replicas
    from tsel_core.pool.together import Together

    if engines.ray is not None:
        from tsel_core.pool.ray import RayPool

        pool = RayPool(settings, engines.ray, engines.jobs if engines.jobs > 1 else 0, engines.gpus_per_engine)
        where = f"http://{pool.dashboard}" if pool.dashboard else f"none ({adding('ray[default]')})"
        console.note(f"ray       {pool.size} engines, dashboard {where}")
        return pool
    jobs, on_gpu = min(engines.jobs, num_work), settings.device.startswith("cuda")
    one = "," in settings.device or (on_gpu and settings.keep_readings)  # rows that are kept must not meet a capture
    several = 1 if one else engines.at_once or (_ON_GPU if on_gpu else _ON_CPU)
    if jobs <= 1:
        several = min(several, num_work)
        return Together(settings, several, lend) if several > 1 else InProcess(settings, lend)
    release()  # they load weights of their own
    threads = max(1, (os.cpu_count() or 1) // jobs)
    each = [replace(settings, device=d, num_threads=threads) for d in _devices(settings.device, jobs)]
    return replicas(each, min(several, -(-num_work // jobs)))


def _devices(device: str, jobs: int) -> list[str]:
    """A device for each job: GPUs in turn when "cuda:0" came of "auto" or "cuda" and there are several."""
    import torch

    count = torch.cuda.device_count() if device.startswith("cuda") else 0
    return [f"cuda:{i % count}" if count > 1 else device for i in range(jobs)]
