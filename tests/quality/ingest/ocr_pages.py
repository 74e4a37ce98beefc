"""Accuracy of the installed engine of --ocr on made scans: signs right and in their place, words found.

    python tests/quality/ingest/ocr_pages.py [PAGES OF EACH KIND, 5 by default] [FIRST SEED, 100 by default]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "support")]


def main() -> None:
    """A line for each kind of page."""
    from rapidfuzz.distance import Levenshtein
    from scanned_pages import english_page, japanese_page, vertical_page

    from tsel_core.ingest import ReadOptions, read_document

    count, first = (int(a) for a in [*sys.argv[1:], *["5", "100"][len(sys.argv) - 1 :]])
    kinds = {
        "English": english_page,
        "English, turned right": partial(english_page, turned=90),
        "English, upside down": partial(english_page, turned=180),
        "English, two columns": partial(english_page, columns=2),
        "Japanese": japanese_page,
        "Japanese, turned left": partial(japanese_page, turned=270),
        "Japanese, two columns": partial(japanese_page, columns=2),
        "Japanese, vertical": vertical_page,
    }
    with tempfile.TemporaryDirectory() as folder:
        for kind, make in kinds.items():
            wrong = signs = found = words = 0
            begin, engine = time.monotonic(), ""
            for seed in range(first, first + count):
                page = make(random.Random(f"{kind} {seed}"))
                path = Path(folder) / "scan.png"
                path.write_bytes(page.data)
                document = read_document(str(path), ReadOptions(ocr=True))
                text = "\n".join(u.text for u in document.units if u.in_flow)
                right = "".join("".join(page.paragraphs).split())
                wrong += Levenshtein.distance("".join(text.split()), right)
                signs += len(right)
                if kind.startswith("English"):
                    wanted = " ".join(page.paragraphs).split()
                    words += len(wanted)
                    found += (Counter(wanted) & Counter(text.split())).total()
                engine = document.metadata["ocr"]["engine"]
            share = f", words {100 * found / words:.2f} %" if words else ""
            took = (time.monotonic() - begin) / count
            print(f"{engine} | {kind} | signs {100 * (1 - wrong / signs):.2f} %{share} | {took:.1f} s a page", flush=True)


if __name__ == "__main__":
    main()
