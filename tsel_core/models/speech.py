"""Models that write down speech (faster-whisper's form of Whisper): which there are, where they lie, how they come."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tsel_core.cache_paths import models_dir
from tsel_core.errors import ModelError

VARIABLE = "TSEL_SPEECH_MODEL"
DEFAULT = "whisper-small"


@dataclass(frozen=True, slots=True)
class SpeechModel:
    """`megabytes`: about how much is fetched. All are under the MIT licence."""

    name: str
    origin: str
    megabytes: int


MODELS = {
    model.name: model
    for model in (
        SpeechModel("whisper-tiny", "Systran/faster-whisper-tiny", 78),
        SpeechModel("whisper-base", "Systran/faster-whisper-base", 148),
        SpeechModel("whisper-small", "Systran/faster-whisper-small", 487),
        SpeechModel("whisper-medium", "Systran/faster-whisper-medium", 1_530),
        SpeechModel("whisper-large-v3", "Systran/faster-whisper-large-v3", 3_090),
    )
}


def wanted() -> str:
    """The model to be used: TSEL_SPEECH_MODEL, a name of MODELS or a folder; else the default."""
    return os.environ.get(VARIABLE, "").strip() or DEFAULT


def speech_folder(name: str) -> Path | None:
    """Where a model lies; None for one that must be fetched first. Raises ModelError for an unknown one."""
    if name not in MODELS:
        if (Path(name) / "model.bin").is_file():
            return Path(name)
        raise ModelError(f"{name} is no model for speech", f"one of {', '.join(MODELS)}, or a folder with one")
    folder = _place(name)
    return folder if (folder / "model.bin").is_file() else None


def fetch_speech(name: str) -> Path:
    """Fetch a model of MODELS; it is there whole or not at all. Raises ModelError."""
    folder = _place(name)
    part = folder.with_name(f".{name}.{os.getpid()}.part")
    part.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        from huggingface_hub import snapshot_download

        snapshot_download(MODELS[name].origin, local_dir=part)
        if not (part / "model.bin").is_file():
            raise ModelError(f"{name}: its files are incomplete", "fetch it again")
        shutil.rmtree(part / ".cache", ignore_errors=True)
        part.rename(folder)
    except ModelError:
        raise
    except Exception as error:  # the library raises whatever its transport does
        why = " ".join(str(error).split())[:160]
        raise ModelError(f"{name} could not be fetched: {why}", "check the network, or name a folder") from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return folder


def _place(name: str) -> Path:
    return models_dir() / "speech" / name
