"""How the threads of torch wait is settled before torch is imported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SHOW = "import tsel_core, os; print(os.environ['OMP_WAIT_POLICY'], os.environ['GOMP_SPINCOUNT'])"


@pytest.mark.parametrize(("given", "expected"), [({}, "passive 1000"), ({"GOMP_SPINCOUNT": "7"}, "passive 7")])
def test_threads_do_not_spin_unless_a_user_wants_it(given: dict[str, str], expected: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMP_", "GOMP_"))}
    shown = subprocess.run(
        [sys.executable, "-c", _SHOW], env={**environment, **given}, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == expected


def test_importing_the_library_does_not_import_torch() -> None:
    script = "import sys, tsel_core, tsel_cli.app; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
