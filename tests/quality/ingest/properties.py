"""Figures of the property tests on other seeds than the tests use: made documents with a known truth.

    python tests/quality/ingest/properties.py [FIRST SEED, 1000 by default] [SEEDS, 40 by default]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))


def figures(seeds: range) -> Iterator[tuple[str, float]]:
    """(what, share)."""
    from tests.core.ingest.pdf import (
        test_pdf_lines,
        test_pdf_page_ends,
        test_pdf_running,
        test_pdf_tables,
        test_pdf_visibility,
    )

    for language, japanese in (("English", False), ("Japanese", True)):
        apart, whole = test_pdf_lines.measure(seeds, japanese)
        yield f"items of lists on lines of their own, {language}", apart
        yield f"paragraphs in one piece, {language}", whole
        alone, _ = test_pdf_lines.measure(seeds, japanese, only_lists=True)
        yield f"items of lists, no paragraph shows the margin, {language}", alone
        yield f"sentences whole, pages' ends among them, {language}", test_pdf_page_ends.measure(japanese, 1, seeds)[0]
    yield "sentences whole, two columns", test_pdf_page_ends.measure(False, 2, seeds)[0]
    yield "items of lists over pages' ends", test_pdf_page_ends.measure_lists(seeds)
    for style in test_pdf_tables.STYLES:
        for language, japanese in (("English", False), ("Japanese", True)):
            for wrap in (False, True):
                share = test_pdf_tables.share(style, seeds, japanese=japanese, wrap=wrap)
                yield f"cells of tables, lines: {style}, {language}{', cells wrap' if wrap else ''}", share
    seen, unseen = test_pdf_visibility.measure(seeds)
    yield "lines that are seen, in the flow", seen
    yield "lines that are not seen, kept apart", unseen
    for language, japanese in (("English", False), ("Japanese", True)):
        once, kept = test_pdf_running.measure(seeds, japanese)
        yield f"running lines once, {language}", once
        yield f"lines of the text beside them kept, {language}", kept


if __name__ == "__main__":
    first, count = (int(a) for a in [*sys.argv[1:], *["1000", "40"][len(sys.argv) - 1 :]])
    for what, share in figures(range(first, first + count)):
        print(f"{what} | {100 * share:.2f} %", flush=True)
