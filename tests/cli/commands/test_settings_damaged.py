"""Seeded damage to the config file: every run ends in an answer or in two lines, never in something unexpected."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import typer
from damage import cases, damaged_bytes

from tsel_cli.app import app, run
from tsel_cli.settings import COMMANDS, options_by_command

VALUES = (
    "true", "-1", "0", "1e400", "nan", "9" * 400, '""', '"x"', '"\\u0000"', "[]", "[1, [2]]", "{a = 1}", "1979-05-27T07:32:00Z", "07:32:00",
    '"' + "a" * 10_000 + '"', "[" * 400 + "]" * 400, "'''\nx'''",
)  # fmt: skip
CALLS = (["cache", "list"], ["inspect", "{file}"], ["ask", "nothing.pdf", "q"], ["eval", "nothing.jsonl"], ["log", "list"], ["models", "list"])


def settings(chosen: random.Random, names: dict[str, list[str]]) -> bytes:
    """A file of known options with values of all kinds, some of it in tables; sometimes with damaged bytes."""
    lines = []
    tables = [chosen.choice(list(names)) for _ in range(chosen.randint(0, 2))]
    for table in ["", *tables]:
        if table:
            lines.append(f"[{table}]")
        known = names[table] if table else sorted(set().union(*map(set, names.values())))
        lines += [f"{chosen.choice(known)} = {chosen.choice(VALUES)}" for _ in range(chosen.randint(0, 3)) if known]
    text = "\n".join(lines).encode()
    return damaged_bytes(text, chosen) if text and chosen.random() < 0.4 else text


@pytest.mark.parametrize("block", range(2))
def test_seeded_files(block: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    path, file = tmp_path / "config.toml", tmp_path / "a.txt"
    file.write_text("words", encoding="utf-8")
    monkeypatch.setenv("TSEL_CONFIG", str(path))
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.setenv("TSEL_OFFLINE", "1")  # a setting must not fetch a model here
    monkeypatch.chdir(tmp_path)
    known = options_by_command(typer.main.get_command(app))
    names = {name: sorted(known[name]) for name in COMMANDS}
    count, refused = cases(20), 0
    for seed in range(block * count, (block + 1) * count):
        chosen = random.Random(seed)
        data = settings(chosen, names)
        path.write_bytes(data)
        call = [a.format(file=file) for a in chosen.choice(CALLS)]
        code = run(call)
        _, error = capsys.readouterr()
        assert "unexpected" not in error, (seed, call, data, error)
        assert "Traceback" not in error, (seed, call, data, error)
        assert code in range(8), (seed, call, data, error)
        refused += code == 2
    assert 0 < refused < count
