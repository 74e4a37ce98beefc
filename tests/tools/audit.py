"""Known weaknesses of the versions in constraints.txt, by pip-audit; the bill of materials, by CycloneDX' validator.

    python -m tests.tools.audit BIN        BIN: the bin folder of an environment with pip-audit and cyclonedx-bom

Exit code 0: asked about every version and none is known to be weak; 3: some are, or the bill is not valid; 4: nothing
could be asked (no network), which a check set says and goes on from.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.tools.supply_chain import BILL, ROOT

WEAK, UNKNOWN = 3, 4
_VALIDATE = (
    "import sys\nfrom cyclonedx.schema import SchemaVersion\nfrom cyclonedx.validation.json import JsonStrictValidator\n"
    "found = JsonStrictValidator(SchemaVersion.V1_6).validate_str(open(sys.argv[1], encoding='utf-8').read())\n"
    "sys.exit(f'not valid: {found}' if found else 0)\n"
)


def main(bin_folder: str) -> int:
    """Run both, print what was found."""
    folder = Path(bin_folder)
    if subprocess.run([str(folder / "python"), "-c", _VALIDATE, str(BILL)]).returncode:
        return WEAK
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "audit.json"
        command = [str(folder / "pip-audit"), "-r", str(ROOT / "constraints.txt"), "--no-deps", "--disable-pip", "--progress-spinner", "off"]
        subprocess.run([*command, "-f", "json", "-o", str(out)], capture_output=True, timeout=600)
        try:
            content = json.loads(out.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            content = {}
    return verdict(content)


def verdict(content: dict[str, Any]) -> int:
    """Exit code for pip-audit's report; what it could not ask about is no good news."""
    rows = content.get("dependencies") or []
    asked = [row for row in rows if "skip_reason" not in row]
    weak = [(row["name"], row.get("version"), v["id"]) for row in asked for v in row.get("vulns") or ()]
    print(f"asked about {len(asked)} of {len(rows)} versions; {len(weak)} known weaknesses")
    for name, version, number in weak:
        print(f"{name} {version}: {number}")
    return WEAK if weak else 0 if asked else UNKNOWN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
