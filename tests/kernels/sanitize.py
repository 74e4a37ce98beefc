"""One pass of every kernel for compute-sanitizer (needs a CUDA device).

PYTORCH_NO_CUDA_MEMORY_CACHING=1 PYTHONPATH=.:kernels compute-sanitizer --tool memcheck python tests/kernels/sanitize.py [part of a name ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parent))

from cases import kernel_calls


def main() -> None:
    """Run each call once, of those that are named, and wait for it."""
    for name, call in kernel_calls("cuda", 28, 4, 128).items():
        if sys.argv[1:] and not any(part in name for part in sys.argv[1:]):
            continue
        call()
        torch.cuda.synchronize()
        print("ran", name, flush=True)


if __name__ == "__main__":
    main()
