"""The library behind tsel: documents, prompts, selection, engine, answers. It prints nothing."""

import os

__version__ = "0.1.0"

# Read by OpenMP when torch is first imported. By default a thread that is done with its share of an operation spins
# for milliseconds; where other programs want the same cores it takes them from the thread it waits for, and an
# operation of a small model takes 10 to 30 times as long (docs/log.md). GNU's spins briefly, others sleep at once.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
