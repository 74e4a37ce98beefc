"""How many units of honest documents are marked as giving orders: `python -m tests.quality.orders_false_alarms DATA/dev`."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from tsel_core.errors import TselError
from tsel_core.ingest import read_document
from tsel_core.trust.orders.detect import find_orders

FOLDERS = ("contracts", "nda", "meetings", "ja_docs", "long", "ingest")


def main() -> None:
    """A table by folder, and every mark with its words in one JSON file."""
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folders", nargs="*", default=FOLDERS)
    options = parser.parse_args()
    marked: list[dict[str, object]] = []
    print(f"{'folder':<10} {'files':>6} {'units':>8} {'marked':>7} {'s':>7} {'us/char':>8}")
    for folder in options.folders:
        files = units = found = chars = 0
        seconds = 0.0
        for path in sorted((options.data / folder).rglob("*")):
            if not path.is_file():
                continue
            try:
                document = read_document(path)
            except TselError:
                continue
            began = time.process_time()
            marks = find_orders([document])
            seconds += time.process_time() - began
            files, units = files + 1, units + len(document.units)
            chars += sum(len(u.text) for u in document.units)
            found += len({m.span.unit_index for m in marks})
            marked += [{"doc": path.name, **m.as_json()} for m in marks]
        print(f"{folder:<10} {files:>6} {units:>8,} {found:>7} {seconds:>7.1f} {1e6 * seconds / max(1, chars):>8.2f}", flush=True)
    if options.out:
        options.out.write_text(json.dumps(marked, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
