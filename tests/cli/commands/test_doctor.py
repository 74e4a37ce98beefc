"""tsel doctor says what is there, in words and as JSON, and never fails as a whole."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path

import pytest
import torch

from tsel_cli.app import run
from tsel_cli.commands import doctor
from tsel_cli.render.wrap import columns_of


@pytest.fixture(autouse=True)
def _folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("TSEL_LOG", "1")
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "log"))
    monkeypatch.setenv("TSEL_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", "none")


def told(capsys: pytest.CaptureFixture[str], code: int = 0) -> dict[str, list[str]]:
    assert run(["doctor", "--json"]) == code
    found: dict[str, list[str]] = {}
    for line in json.loads(capsys.readouterr().out)["findings"]:
        found.setdefault(line["area"], []).append(f"{line['state']}: {line['detail']}")
    return found


def test_it_names_versions_storage_log_and_reader(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    found = told(capsys)
    assert "torch" in found["versions"][0]
    assert any(str(tmp_path) in line for line in found["readings"])
    assert any("encrypted" in line for line in found["readings"])
    assert str(tmp_path) in found["log"][0]
    assert {"device", "settings", "network", "models", "reader", "memory"} <= set(found)


def test_libraries_without_bytecode_are_noted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)
    written = importlib.util.cache_from_source(str(Path(torch.__file__)))
    assert told(capsys)["start"][0].startswith("ok: " if Path(written).exists() else "note: ")
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))
    assert told(capsys)["start"][0].startswith("note: no bytecode")


def test_a_log_that_others_can_read_is_noted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "log" / "audit.sqlite3"
    path.parent.mkdir()
    path.touch()
    path.chmod(0o644)
    assert any("read by others" in line for line in told(capsys)["log"])
    path.chmod(0o600)
    assert not any("read by others" in line for line in told(capsys)["log"])


def test_a_wrong_setting_is_a_problem_and_the_rest_is_shown(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("no_cahce = true", encoding="utf-8")
    found = told(capsys, code=1)
    assert found["settings"] == [f"problem: {tmp_path / 'config.toml'}: the setting no_cahce is not known (did you mean no_cache?)"]
    assert "versions" in found


def test_a_check_that_fails_does_not_hide_the_others(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise OSError("no such thing")

    monkeypatch.setattr(doctor, "CHECKS", (broken, *doctor.CHECKS))
    found = told(capsys, code=1)
    assert "no such thing" in found["broken"][0]
    assert "versions" in found
    assert run(["doctor"]) == 1
    assert "no such thing" in capsys.readouterr().out


def test_old_readings_that_are_not_encrypted_are_counted(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    from tsel_core.prefix_cache.format.crypto import write_key_file
    from tsel_core.prefix_cache.format.write import write_reading

    path = tmp_path / "cache" / "readings" / "family" / ("a" * 40 + ".kept")
    path.parent.mkdir(parents=True)
    write_reading(path, [(torch.zeros(2, 8, 4), torch.zeros(2, 8, 4))], list(range(8)), {})
    write_key_file(tmp_path / "key")
    monkeypatch.setenv("TSEL_CACHE_KEY_FILE", str(tmp_path / "key"))
    found = told(capsys)["readings"]
    assert "note: 1 older readings are NOT encrypted: tsel cache purge --unsealed" in found
    assert "ok: what is kept is encrypted; 0 readings are, with your key" in found


def test_every_finding_is_said_in_japanese_in_columns(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSEL_LANG", "ja")
    monkeypatch.delenv("TSEL_OFFLINE", raising=False)
    assert run(["doctor"]) in (0, 1)
    *lines, legend = capsys.readouterr().out.splitlines()
    assert legend.startswith("- は")
    for line in lines:
        area = line[2:].split(" ")[0]
        assert not area.isascii(), line
        assert columns_of(line[: line.index(area) + len(area)]) <= 14
        words = [w for w in line.split(" ", 2)[2].split() if w.isascii() and w.isalpha() and w.islower() and w not in ("tsel", "eval", "python", "torch", "chmod")]
        assert area == "バージョン" or len(words) < 3, line


def test_folders_that_take_no_file_are_problems(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a system that is mounted to be read only; rights alone stop no administrator."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("TSEL_CACHE", str(tmp_path / "file" / "cache"))
    monkeypatch.setenv("TSEL_LOG_DIR", str(tmp_path / "file"))
    found = told(capsys, code=1)
    assert any("nothing can be written" in line for line in found["readings"])
    assert any("nothing can be written" in line for line in found["log"])


def test_a_runtime_folder_that_others_can_enter_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "run").mkdir(mode=0o755)
    (tmp_path / "run").chmod(0o755)
    monkeypatch.setenv("TSEL_RUNTIME_DIR", str(tmp_path / "run"))
    assert any("it must be yours alone" in line for line in told(capsys, code=1)["engine"])
    assert run(["ps"]) == 0
    assert "none can be" in capsys.readouterr().out
