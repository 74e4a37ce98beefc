"""Run the property test over every family and write its result: families.json and the table of docs/models.md.

python tests/support/write_families.py [family ...] (from the repository's root; all: four minutes on two cores)
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "kernels"), str(ROOT / "tests" / "support")]
BEGIN, END = "<!-- families: written by tests/support/write_families.py -->", "<!-- end of families -->"


def row_of(family: str, folder: Path) -> dict[str, object]:
    """What the table says of a family. Raises AssertionError for anything but right or refused."""
    from family_outcome import outcome

    plain, unusual = outcome(family, folder / "plain", False), outcome(family, folder / "unusual", True)
    assert plain.wrong + unusual.wrong == [], family
    row: dict[str, object] = {"path": plain.path}
    if plain.lean:
        row["lean"] = True
    if plain.note:
        row["note"] = plain.note[:140]
    if unusual.path != plain.path:
        row["unusual"] = f"{unusual.path} with unusual settings: {unusual.note[:100]}"
    elif unusual.lean != plain.lean:
        row["unusual"] = f"transformers' layers with unusual settings: {unusual.note[:100]}"
    if plain.layers:
        row |= {"selects": plain.selects, "layers": plain.layers}
    return row


def main() -> None:
    """Write both files."""
    os.environ["TSEL_MODELS"] = tempfile.mkdtemp()
    logging.disable(logging.WARNING)
    import transformers
    from tiny_families import NOT_BUILT, families

    from tsel_core.models.family_table import RESULT, as_markdown, family_table

    asked = sys.argv[1:]  # families to run again; all without
    rows = json.loads(RESULT.read_text(encoding="utf-8"))["families"] if asked else {}
    for family in asked or families():
        if family not in NOT_BUILT:
            with tempfile.TemporaryDirectory() as folder:
                rows[family] = row_of(family, Path(folder))
    content = {"transformers": transformers.__version__, "families": dict(sorted(rows.items())), "not_tested": NOT_BUILT}
    RESULT.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page = ROOT / "docs" / "models.md"
    text = page.read_text(encoding="utf-8")
    assert BEGIN in text
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    page.write_text(f"{before}{BEGIN}\n{as_markdown(family_table())}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
