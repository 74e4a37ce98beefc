"""How long a model's weights take onto a GPU, and whether they are the file's: python tests/gpu/reading.py FOLDER [DEVICE]

By turns: through page-locked memory as the program reads them, and one plain copy after another.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from unittest import mock

import torch
from safetensors import safe_open

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels")]


def main(folder: str, name: str) -> None:
    """Print seconds and GB/s."""
    from tsel_core.device.pinned import PinnedUploads
    from tsel_core.models.info import weight_files
    from tsel_core.models.weights import read_weights

    device, files = torch.device(name), weight_files(Path(folder))
    torch.zeros(1, device=device)
    size = sum(f.stat().st_size for f in files)

    def timed(kind: str) -> None:
        began = time.perf_counter()
        found = read_weights(files, device, torch.bfloat16)
        torch.cuda.synchronize(device)
        took = time.perf_counter() - began
        same = 0
        for file in files:
            with safe_open(str(file), framework="pt", device="cpu") as archive:
                same += sum(torch.equal(found[n].cpu(), archive.get_tensor(n).to(found[n].dtype)) for n in archive.keys())  # noqa: SIM118
        print(f"{kind}: {took:.2f} s, {size / took / 1e9:.1f} GB/s, {same} of {len(found)} tensors are the file's", flush=True)

    for _ in range(3):
        with mock.patch.object(PinnedUploads, "copy", lambda _, place, part: place.copy_(part)):
            timed("plain copies")
        timed("page-locked")


if __name__ == "__main__":
    main(sys.argv[1], (sys.argv[2:] or ["cuda:0"])[0])
