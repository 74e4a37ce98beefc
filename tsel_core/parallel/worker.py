"""One of the other ranks: a process of its own that loads its part of the model and repeats rank 0's forward passes.

Started by tsel_core.parallel.launch with the job as one JSON line on stdin; reports {"ready"} or {"error"} as
one JSON line on stdout. It ends when its stdin closes: rank 0 is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from tsel_core.errors import TselError


def main() -> int:
    """The process's whole life."""
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_rank_0, daemon=True).start()
    try:
        import torch.distributed as dist

        from tsel_core.parallel.group import make_group

        engine = load_part(job)
        _say({"ready": job["rank"]})
        make_group(job["store"], job["rank"], job["size"])
        follow(engine, job)
        dist.destroy_process_group()
    except Exception as error:
        if "by peer" not in str(error):  # another rank is lost, and it or rank 0 says why
            _say(describe(error))
        return 1
    return 0


def follow_torchrun() -> int:
    """What ranks above 0 do when torchrun started the program; returns the exit code."""
    import torch
    import torch.distributed as dist

    from tsel_core.device.ranks import Ranks
    from tsel_core.parallel.group import start_torchrun_group

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for rank 0, which tells the others
    start_torchrun_group()
    rank, size = dist.get_rank(), dist.get_world_size()
    job = Ranks(rank, size).hear()
    if job["do"] == "load":
        job["rank"] = rank
        engine = load_part(job)
        Ranks(rank, size).sum_(torch.zeros(1))  # tells rank 0 that this one is ready
        follow(engine, job)
    dist.destroy_process_group()
    return 0


def load_part(job: dict[str, Any]) -> Any:
    """An engine over this rank's part of the job's model."""
    import torch

    from tsel_core.device.memory import limit_memory
    from tsel_core.engine.engine import Engine
    from tsel_core.models.info import ModelInfo
    from tsel_core.models.load import load_model
    from tsel_core.models.random import random_model
    from tsel_core.models.shard import Shard

    device = job["devices"][job["rank"]]
    if job["num_threads"]:
        torch.set_num_threads(job["num_threads"])
    if device.startswith("cuda"):
        torch.cuda.set_device(device)
        limit_memory(device, job["memory_limit"])
    if job.get("random"):
        return Engine(random_model(job["random"], device, part=(job["rank"], job["size"])))
    info = ModelInfo(**{**job["info"], "path": Path(job["info"]["path"])})
    return Engine(load_model(info, device=device, shard=Shard.of(info, job["rank"], job["size"])))


def follow(engine: Any, job: dict[str, Any]) -> None:
    """Repeat rank 0's passes until it stops."""
    import torch

    from tsel_core.device.ranks import Ranks
    from tsel_core.parallel.lead import Follower, join

    ranks = Ranks(job["rank"], job["size"])
    with torch.inference_mode():
        join(engine, ranks)
    Follower(engine, ranks).run()


def describe(error: Exception) -> dict[str, Any]:
    """An error as rank 0 shows it."""
    if isinstance(error, TselError):
        return {"error": error.message, "hint": error.hint, "exit_code": error.exit_code}
    text = " ".join(str(error).split())[:300]
    if isinstance(error, MemoryError) or "out of memory" in text.lower():
        hint = "use a smaller model, more devices, or part of the file with --pages"
        return {"error": f"out of memory: {text}", "hint": hint, "exit_code": 5}
    return {"error": f"{type(error).__name__}: {text}", "hint": "", "exit_code": 1}


def _say(event: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


def _leave_with_rank_0() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)


if __name__ == "__main__":
    os._exit(main())  # nothing is left to clean up, and Python's own end takes seconds
