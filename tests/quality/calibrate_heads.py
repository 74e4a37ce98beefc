"""Calibrates a model's retrieval heads and writes them into the table that is shipped.

python -m tests.quality.calibrate_heads --model NAME [--device cuda] [--count 4] [--write]
It prints the heads, how often they name the evidence on the made documents they were chosen on, and on others (another
seed). Without --write the table is printed only, as it would stand in tsel_core/evidence/data/heads.json.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import tsel_core.evidence
from tsel_core.config import EngineConfig
from tsel_core.evidence.calibration.calibrate import calibrate, look_at
from tsel_core.evidence.calibration.made_documents import made_documents
from tsel_core.evidence.heads.head_table import HeadTable, as_json
from tsel_core.models.load import resolve_model
from tsel_core.session import Session

OTHER_SEED = 99


def main(arguments: Sequence[str] | None = None) -> int:
    """Calibrate the model that the command line names."""
    parser = argparse.ArgumentParser(prog="calibrate_heads", description=__doc__)
    parser.add_argument("--model", default="default")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--count", type=int, default=4, help="made documents of each kind and language")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    session = Session(resolve_model(options.model), EngineConfig(attention="full"), device=options.device, trace_rows=False)
    begun = time.perf_counter()
    table = calibrate(session.engine, session.tokenizer, count=options.count)
    print(f"{session.info.name}: {time.perf_counter() - begun:.1f} s, {table}")
    print(f"on documents of another seed: {held_out(session, table)}")
    entry = {session.info.sha256: {"model": session.info.name, **as_json(table)}}
    print(json.dumps(entry))
    if options.write:
        path = Path(tsel_core.evidence.__file__).parent / "data" / "heads.json"
        tables = json.loads(path.read_text(encoding="utf-8")) | entry
        path.write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")
    return 0


def held_out(session: Session, table: HeadTable) -> str:
    """Recall on made documents that the heads were not chosen on."""
    ranks = []
    for made in made_documents(OTHER_SEED, 1):
        for masses, sentences, evidence in look_at(session.engine, session.tokenizer, made, made.questions, table.heads):
            scores = masses.by_sentence(sentences)
            assert evidence is not None
            ranks.append(int((scores > scores[evidence]).sum()))
    return ", ".join(f"@{k} {np.mean([r < k for r in ranks]):.3f}" for k in (1, 3, 5)) + f" of {len(ranks)} questions"


if __name__ == "__main__":
    sys.exit(main())
