"""Yes/no questions on papers written for them: how many code answers in plain words, and how many wrongly.

    python -m tests.quality.yes_no.plain_eval [--set first|second|third|fourth] [--show]

No model. Gold "open": the paper says neither. The first set was read while the rules were made, the second and the third
after they had been measured on once (docs/dev/yes-no.md has what they came to at first sight).
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tsel_core.api import read_documents
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.plain_words import told_plainly
from tsel_core.trust.passages import PassageIndex

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Case:
    """A question about a paper and what the paper says to it: "yes", "no" or "open"."""

    group: str
    paper: str
    question: str
    gold: str


def cases(group: str = "") -> list[Case]:
    """The questions of one set, or of all."""
    lines = (_HERE / "questions.tsv").read_text(encoding="utf-8").splitlines()[1:]
    found = [Case(*line.split("\t")) for line in lines]
    return [case for case in found if group in ("", case.group)]


@cache
def _locator(paper: str) -> Locator:
    return Locator(PassageIndex.build(read_documents([_HERE / "papers" / f"{paper}.txt"])))


def told(case: Case) -> str:
    """What code makes of a question: "yes", "no" or "open"."""
    plain = told_plainly(question_kind(case.question), _locator(case.paper))
    return "open" if plain is None else "yes" if plain.says else "no"


def measured(found: list[Case]) -> Iterator[tuple[Case, str, str]]:
    """(case, what is told, "right", "open" or "wrong") of each."""
    for case in found:
        says = told(case)
        yield case, says, "right" if says == case.gold else "open" if says == "open" else "wrong"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", default="", choices=("", "first", "second", "third", "fourth"))
    parser.add_argument("--show", action="store_true", help="print what is not right")
    options = parser.parse_args()
    for group in (options.set,) if options.set else ("first", "second", "third", "fourth"):
        count: Counter[str] = Counter()
        for case, says, how in measured(cases(group)):
            count[how] += 1
            if options.show and how != "right":
                print(f"{how:5} {case.paper}: {case.question} {case.gold} -> {says}")
        print(f"{group}: {sum(count.values())} questions, right {count['right']}, open {count['open']}, wrong {count['wrong']}")


if __name__ == "__main__":
    main()
