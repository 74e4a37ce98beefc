"""A kernel's timing is printed only when its tests pass on this device, in this tree."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = {
    "bilevel": ("test_attention_votes", "test_every_logit", "test_a_decode_step", "test_keys_turned", "test_gathered", "test_mutant"),
    "decode": ("test_decode_s", "test_keys_may_drift", "test_quantize", "test_append_step", "test_row", "test_a_row", "test_top_k", "test_pick", "test_a_program", "test_mutant"),
    "kept": ("test_every_bit", "test_the_first_rows", "test_an_altered", "test_whatever", "test_a_digest", "test_the_digest", "test_mutant"),
    "prefill": ("test_causal_attention", "test_soft_votes", "test_votes_from", "test_top_k", "test_gathered", "test_delta", "test_mutant"),
}
"""Row family -> test functions (by prefix) that vouch for its kernels."""


def red_families() -> dict[str, list[str]]:
    """Run the kernel tests of the benchmark's dtype (bf16) and those without one; family -> its failed tests (a family without any passed test counts as red)."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "tests/kernels", f"--junitxml={report}", "-p", "no:cacheprovider"]
        command += ["--deselect", "tests/kernels/test_ahead_of_time.py", "-k", "not float32 and not float16"]
        if importlib.util.find_spec("xdist"):
            command += ["-n", str(min(14, os.cpu_count() or 1))]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([".", "kernels", os.environ.get("PYTHONPATH", "")])}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        print(done.stdout[-1500:] if done.returncode else done.stdout.strip().splitlines()[-1], file=sys.stderr)
        if not report.exists():
            return {family: ["the tests did not run"] for family in TESTS}
        cases = list(ElementTree.parse(report).iter("testcase"))
    red: dict[str, list[str]] = {}
    for family, prefixes in TESTS.items():
        mine = [c for c in cases if c.get("name", "").startswith(prefixes)]
        failed = [c.get("name", "") for c in mine if c.find("failure") is not None or c.find("error") is not None]
        passed = [c for c in mine if not list(c)]
        if failed or not passed:
            red[family] = failed or ["no test passed"]
    return red
