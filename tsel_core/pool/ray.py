"""Engines as actors of a Ray cluster: this machine's, or one that runs already. Ray is the extra `ray`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from typing import Any

from tsel_core.document import Document
from tsel_core.errors import UsageError
from tsel_core.installing import adding
from tsel_core.pool.pool import WorkerLost
from tsel_core.pool.worker import EngineWorker, Given, WorkSettings


class RayPool:
    """A tsel_core.pool.pool.Pool of `size` actors, one per GPU, or per share of the CPUs where there is none.

    A model that needs several GPUs gets an actor for every `gpus_per_engine` of one machine, or for as many as the
    settings' device names (several "cpu": as many processes), which share it (tsel_core.device.ranks).

    `address` is a running cluster's ("auto", "host:6379", "ray://..."), "local" starts one on this machine that ends
    with the pool. On a running cluster every machine needs tsel and the model's files; documents and answers travel,
    paths do not. Raises UsageError when Ray is missing or the cluster cannot be reached.
    """

    def __init__(self, settings: WorkSettings, address: str, jobs: int = 0, gpus_per_engine: int = 1) -> None:
        try:
            import ray
        except ImportError as error:
            raise UsageError("--ray needs Ray", adding("ray[default]")) from error
        self._ray: Any = ray
        self._own = address == "local"
        context = self._connect(address, jobs)
        self.dashboard: str = getattr(context, "dashboard_url", "") or ""
        parts = max(gpus_per_engine, len(settings.device.split(",")))
        try:
            self._share(settings, parts, jobs)
        except UsageError:
            ray.shutdown()
            raise
        self._actors = [self._actor() for _ in range(self.size)]
        self._running: dict[Any, tuple[int, str]] = {}

    def _share(self, settings: WorkSettings, parts: int, jobs: int) -> None:
        """Decide how many actors there are, and what each gets. Raises UsageError when no machine has enough GPUs."""
        resources = self._ray.cluster_resources()
        gpus, cpus = int(resources.get("GPU", 0)), int(resources.get("CPU", 1))
        on_gpu = gpus > 0 and not settings.device.startswith("cpu")
        if parts > 1 and (on_gpu or settings.device == "auto"):
            most = max((int(n["Resources"].get("GPU", 0)) for n in self._ray.nodes() if n["Alive"]), default=0)
            if most < parts:
                raise UsageError(
                    f"an engine is to have {parts} GPUs, the largest machine of the cluster has {most}",
                    "use a smaller --gpus-per-engine",
                )
        self.size = jobs or (max(1, gpus // parts) if on_gpu else 1)
        share = max(1, cpus // self.size)
        kind = [f"cuda:{i}" for i in range(parts)] if on_gpu else ["cpu"] * parts
        device = "cuda" if kind == ["cuda:0"] else ",".join(kind)
        self._settings = replace(settings, device=device, num_threads=settings.num_threads or share)
        part = float(parts) if parts > 1 else min(1.0, gpus / self.size)
        self._options = {"num_gpus": part} if on_gpu else {"num_cpus": share}

    def _connect(self, address: str, jobs: int) -> Any:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the machine
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if self._own:
            options |= {
                "address": "local",
                "num_cpus": max(jobs, os.cpu_count() or 1),
                "runtime_env": {"env_vars": {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}},
                "_node_ip_address": "127.0.0.1",
            }
        else:
            _knock(address)
            options["address"] = address
        try:
            return self._ray.init(**options)
        except (ConnectionError, RuntimeError, ValueError, OSError) as error:
            raise UsageError(
                f"the Ray cluster at {address} cannot be used: {error}", "check `ray status`, or leave out the address"
            ) from error

    def _actor(self) -> Any:
        remote = self._ray.remote(max_restarts=0, **self._options)(_Actor)
        return remote.remote(self._settings)

    def pids(self) -> list[int]:
        """Process ids of the actors (waits until they run)."""
        return list(self._ray.get([a.pid.remote() for a in self._actors]))

    def submit(self, name: str, command: str, documents: list[Document], task: Given) -> None:
        """See Pool."""
        busy = {at for at, _ in self._running.values()}
        at = next(i for i in range(self.size) if i not in busy)
        self._running[self._actors[at].run.remote(command, documents, task)] = (at, name)

    def next(self) -> tuple[str, dict[str, Any] | WorkerLost]:
        """See Pool."""
        (reference,), _ = self._ray.wait(list(self._running), num_returns=1)
        at, name = self._running.pop(reference)
        try:
            return name, self._ray.get(reference)
        except self._ray.exceptions.RayError:
            self._ray.kill(self._actors[at])
            self._actors[at] = self._actor()
            return name, WorkerLost()

    def close(self) -> None:
        """See Pool. A cluster that was running goes on."""
        for actor in self._actors:
            self._ray.kill(actor)
        self._ray.shutdown()


def _knock(address: str) -> None:
    """Fail in seconds, not in the minutes that Ray waits, when nobody listens at host:port."""
    import socket

    host, found, port = address.removeprefix("ray://").rpartition(":")
    if not found or not port.isdigit():
        return
    try:
        socket.create_connection((host, int(port)), timeout=10).close()
    except OSError as error:
        raise UsageError(
            f"the Ray cluster at {address} cannot be used: {error}", "check `ray status`, or leave out the address"
        ) from error


class _Actor(EngineWorker):
    """What runs in a worker process of the cluster."""

    def pid(self) -> int:
        """Process id."""
        return os.getpid()
