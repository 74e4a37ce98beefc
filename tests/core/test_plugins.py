"""Plugins by entry points, with the example package of tests/plugin_example as it would be installed."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from tsel_core.config import SelectionConfig
from tsel_core.errors import DocumentError, TselError, UsageError
from tsel_core.extract.fields import read_fields
from tsel_core.ingest import read_document
from tsel_core.plugins import names
from tsel_core.selection.picks import pick
from tsel_core.selection.rule import identity_of
from tsel_core.selection.selector import TokenSelector
from tsel_kernels.backend import load_kernels

ROOT = Path(__file__).parents[2]
RECIPE = "= Bread\nMix 500 g of flour.\n\nBake for 40 minutes.\n"
POINTS = """[tsel.readers]
recipe = tsel_example:read_recipe
wrong = tsel_example:BOARD
gone = tsel_example:nothing

[tsel.tasks]
board = tsel_example:BOARD
lease = tsel_example:lease

[tsel.selection]
neighbours = tsel_example:neighbours
missing = tsel_example:nothing
no_function = tsel_example:BOARD
raises = tsel_example:lease
less = tsel_rules:less
negative = tsel_rules:negative
unfit = tsel_rules:unfit
last = tsel_rules:last
"""
RULES = '''
import torch

less = lambda votes, asked: votes[..., 1:]
negative = lambda votes, asked: votes - 1
unfit = lambda votes, asked: votes * float("nan")
last = lambda votes, asked: torch.arange(votes.shape[-1], dtype=torch.float32).expand_as(votes) * 1000
'''


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    about = tmp_path / "site/tsel_example_plugin-0.1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tsel-example-plugin\nVersion: 0.1\n")
    (about / "entry_points.txt").write_text(POINTS)
    (tmp_path / "site/tsel_example.py").write_bytes((ROOT / "tests/plugin_example/tsel_example.py").read_bytes())
    (tmp_path / "site/tsel_rules.py").write_text(RULES)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    yield
    for name in ("tsel_example", "tsel_rules"):
        sys.modules.pop(name, None)


def test_the_points_of_the_test_are_those_of_the_package() -> None:
    import tomllib

    told = tomllib.loads((ROOT / "tests/plugin_example/pyproject.toml").read_text())["project"]["entry-points"]
    for group, points in told.items():
        assert all(f"{name} = {value}" in POINTS for name, value in points.items())
        assert set(points) <= set(names(group))


def test_a_file_is_read_in_the_locked_process(tmp_path: Path) -> None:
    (tmp_path / "a.recipe").write_text(RECIPE)
    document = read_document(tmp_path / "a.recipe")
    assert [(u.label, u.text, u.heading_path) for u in document.units] == [
        ("step 2", "Mix 500 g of flour.", ("Bread",)),
        ("step 4", "Bake for 40 minutes.", ("Bread",)),
    ]
    assert document.kind == "recipe"
    assert not document.warnings


def test_a_kind_that_is_known_is_never_taken_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(RECIPE)
    assert read_document(tmp_path / "a.txt").kind == "txt"


@pytest.mark.parametrize("kind", ["wrong", "gone"])
def test_a_plugin_at_fault_is_an_error_in_words(kind: str, tmp_path: Path) -> None:
    (tmp_path / f"a.{kind}").write_text(RECIPE)
    with pytest.raises((DocumentError, UsageError)) as caught:
        read_document(tmp_path / f"a.{kind}")
    assert caught.value.hint


def test_styles_and_fields_have_names() -> None:
    from tsel_cli.commands.summarize import own_style

    style = own_style("board")
    assert style is not None
    assert [s.heading for s in style.sections] == ["Decided", "To do"]
    assert [(f.name, f.kind) for f in read_fields("preset:lease")] == [("Rent", "money"), ("Start date", "date")]
    for wrong in ("lease", "nothing"):
        with pytest.raises(UsageError, match="style"):
            own_style(wrong)
    for wrong in ("preset:board", "preset:nothing"):
        with pytest.raises(UsageError, match="preset"):
            read_fields(wrong)


def votes_of(num_rows: int) -> torch.Tensor:
    return torch.rand(2, 1, num_rows, generator=torch.Generator().manual_seed(5))


def picked(rule: str, votes: torch.Tensor, budget: int = 16) -> tuple[torch.Tensor, torch.Tensor]:
    selector = TokenSelector(SelectionConfig(budget=budget, num_sink=4, rule=rule), load_kernels("cpu"))
    return pick(selector, votes, budget, torch.tensor([150, 200], dtype=torch.int32))


def test_a_rule_picks_by_its_scores_and_the_votes_held_are_counted() -> None:
    votes = votes_of(256)
    before = votes.clone()
    indices, held = picked("last", votes)
    assert indices.tolist() == [[list(range(134, 150))], [list(range(184, 200))]]  # candidates alone, in order
    torch.testing.assert_close(held, torch.stack([votes[0, :, 134:150].sum(-1), votes[1, :, 184:200].sum(-1)]))
    assert torch.equal(votes, before)
    one = torch.zeros(1, 1, 256)
    one[..., 100] = 1
    selector = TokenSelector(SelectionConfig(num_sink=4, rule="neighbours"), load_kernels("cpu"))
    assert pick(selector, one, 15, torch.tensor([200], dtype=torch.int32))[0].tolist() == [[list(range(93, 108))]]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("nobody", "no installed package brings the pick rule 'nobody'"),
        ("missing", "tsel_example:nothing cannot be loaded"),
        ("no_function", "is no function"),
        ("raises", "failed: TypeError"),
        ("less", "no scores of the votes' shape"),
        ("negative", "below 0 or no numbers"),
        ("unfit", "below 0 or no numbers"),
    ],
)
def test_a_rule_at_fault_is_refused_in_words(rule: str, said: str) -> None:
    with pytest.raises(TselError, match=re.escape(said)) as caught:
        picked(rule, votes_of(256))
    assert caught.value.hint


def test_an_answer_is_read_by_the_rule_and_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a profile of the command line; what the rule picks is what the model attends to, in prefill and in writing."""
    from tiny_folder import make_folder

    from tsel_cli.app import run
    from tsel_cli.completion import profiles

    model = make_folder(tmp_path / "model")
    (tmp_path / "a.txt").write_text("\n\n".join(f"Clause {n}. The fee of part {n} is {n} euro." for n in range(90)))
    ask = ["ask", str(tmp_path / "a.txt"), "What is the fee?", "--model", str(model), "--device", "cpu", "--no-cache"]
    ask += ["--attention", "select", "--effort", "quick", "--max-new-tokens", "4"]
    assert run([*ask, "--profile", "raises"]) == 1
    assert "error: the pick rule raises failed: TypeError" in capsys.readouterr().err
    assert run([*ask, "--profile", "neighbours", "--json"]) in (0, 3)
    out, err = capsys.readouterr()
    attention = json.loads(out)["attention"]
    assert (attention["prefill"], attention["decode"], attention["rule"]) == ("select", "select", "neighbours")
    assert "; pick rule neighbours" in err
    assert run([*ask, "--profile", "nobody"]) == 2
    assert "neighbours" in capsys.readouterr().err
    assert profiles("nei") == ["neighbours"]


def test_a_kept_reading_knows_whose_rule_picked_for_it() -> None:
    assert identity_of("neighbours") == "tsel_example:neighbours tsel-example-plugin 0.1"
    assert identity_of("") == ""
