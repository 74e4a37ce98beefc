"""The plot of experiments: a dot for every share and mean, where the axis says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tests.quality import experiment_plot
from tsel_core.evaluation.results import ItemResult, ReadingResult
from tsel_core.settings import parse_setting

NAME = "{http://www.w3.org/2000/svg}"


def write(path: Path, kl: dict[str, float], right: dict[str, int]) -> None:
    """Ten exact questions on two documents; full is right on all, a setting on the first `right`."""
    items, readings = [], []
    for setting in ("full", *kl):
        for i in range(10):
            doc = f"needles-mixed-en-{(8192, 16384)[i % 2]}-0"
            score = float(i < right.get(setting, 10))
            found = None if setting == "full" else kl[setting]
            items.append(vars_of(ItemResult(setting, f"q{i}", doc, "any", "multikey", "en", score, "", 9000, 5, 1.0, found, found)))
        for doc in ("needles-mixed-en-8192-0", "needles-mixed-en-16384-0"):
            readings.append(vars_of(ReadingResult(setting, doc, 9000, 1.0, 0.5, None, None, None)))
    configs = [parse_setting(f"{name}=profile:{name}").as_json() for name in kl]
    path.write_text(json.dumps({"items": items, "readings": readings, "configs": configs}))


def vars_of(result: Any) -> dict[str, Any]:
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


def test_every_share_and_mean_has_its_dot(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"careful": 0.001, "fast": 0.01}, {"careful": 10, "fast": 8})
    out = tmp_path / "plot.svg"
    assert experiment_plot.main([str(tmp_path / "a.json"), "--out", str(out)]) == 0
    root = ElementTree.fromstring(out.read_text("utf-8"))
    dots = {c.findtext(f"{NAME}title"): float(c.attrib["cx"]) for c in root.iter(f"{NAME}circle")}
    assert {t for t in dots if t and " of " in t} == {"careful: 10 of 10", "fast: 8 of 10"}
    assert {t for t in dots if t and t.startswith("needles 8192")} == {"needles 8192, careful: 0.0010", "needles 8192, fast: 0.0100"}
    assert len(dots) == 2 + 2 * 3  # all, and the two lengths
    right, left = 760 - 20, 150
    assert abs(dots["careful: 10 of 10"] - right) < 0.1
    low = float(re.findall(r">(0\.\d\d)</text>", out.read_text("utf-8"))[0])
    assert abs(dots["fast: 8 of 10"] - (left + (0.8 - low) / (1 - low) * (right - left))) < 0.1
    apart = dots["all, fast: 0.0100"] - dots["all, careful: 0.0010"]
    assert abs(apart - (right - left) / 3) < 0.2  # a power of ten of the three that the axis shows


def test_without_right_answers_it_says_so(tmp_path: Path) -> None:
    write(tmp_path / "a.json", {"fast": 0.5}, {"full": 0, "fast": 0})
    out = tmp_path / "plot.svg"
    experiment_plot.main([str(tmp_path / "a.json"), "--out", str(out)])
    assert "no exact answer right" in out.read_text("utf-8")
