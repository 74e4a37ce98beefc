"""What the engines of a batch are told, and what of it decides an answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tsel_cli.job_options import JobOptions, selection_of

if TYPE_CHECKING:
    from tsel_core.pool.worker import WorkSettings
    from tsel_core.session import Session

_READING = ("encoding", "pages", "changes", "comments", "annotations", "hidden", "time_stamps", "ocr", "lang")


def work_settings(session: Session, options: JobOptions, *, keep: bool, ray: bool = False) -> WorkSettings:
    """Settings of the workers, from a session that was opened here: its model is fetched once, not by every worker."""
    from tsel_core.pool.worker import WorkSettings

    return WorkSettings(
        model=options.model,
        model_sha256=session.info.sha256,
        device="auto" if options.device == "auto" and ray else session.device,  # a cluster may have the GPUs
        offline=options.offline,
        keep_readings=keep and not options.no_cache,
        engine=session.engine_config,
        selection=selection_of(options),
        effort=session.effort,
        quarantine=session.quarantine,
        weights=options.weights,  # type: ignore[arg-type]
    )


def decides(settings: WorkSettings, options: JobOptions, form: str) -> dict[str, Any]:
    """Settings that change an answer: they are part of a result's key. `form` is that of the weights (`ModelInfo`)."""
    from tsel_core import __version__

    return {
        "tsel": __version__,
        "model": settings.model_sha256,
        "form": form,
        "engine": asdict(settings.engine),
        "selection": asdict(settings.selection),
        "effort": settings.effort,
        "quarantine": settings.quarantine,
        "reading": {name: getattr(options, name) for name in _READING},
    }
