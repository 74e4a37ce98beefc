"""Written papers with right claims in quite other words and wrong ones with one thing turned: what the checks say of them.

    python -m tests.quality.claims_written [a_en a_ja ...] [--show]

Each file of tests/quality/claims_written holds papers ("# LANGUAGE NAME", their lines, "---") and questions ("Q ...") with
right ("+ ...") and wrong claims ("- KIND ..."). Printed for each file: how many of which verdict; `--show`: the mistakes.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import check_answer
from tsel_core.trust.passages import PassageIndex

FOLDER = Path(__file__).with_suffix("")


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of lines, or of turns, and its cases (question, kind or "right", claim)."""

    lang: str
    name: str
    is_meeting: bool
    lines: list[str] = field(default_factory=list)
    cases: list[tuple[str, str, str]] = field(default_factory=list)


def papers_of(path: Path) -> Iterator[Paper]:
    """The papers of a file."""
    paper: Paper | None = None
    asked, question = False, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            if paper is not None:
                yield paper
            lang, name, *rest = line.split()[1:]
            paper, asked = Paper(lang, name, bool(rest)), False
        elif line == "---":
            asked = True
        elif paper is not None and line.strip():
            mark, _, rest_of = line.partition(" ")
            if not asked:
                paper.lines.append(line)
            elif mark == "Q":
                question = rest_of
            else:
                kind, _, claim = ("right", "", rest_of) if mark == "+" else rest_of.partition(" ")
                paper.cases.append((question, kind, claim))
    if paper is not None:
        yield paper


def judged(paper: Paper) -> Iterator[tuple[str, str, str]]:
    """(kind, verdict of the worst claim, claim) of each case, without a model."""
    speakers = [line.split(":")[0] if paper.is_meeting else None for line in paper.lines]
    kind = "turn" if paper.is_meeting else "paragraph"
    units = tuple(Unit(i, kind, f"{i + 1}", line, speaker=speakers[i]) for i, line in enumerate(paper.lines))  # type: ignore[arg-type]
    documents = [Document(paper.name, "", "txt", kind, units)]  # type: ignore[arg-type]
    index, rendered = PassageIndex.build(documents), render_documents(documents)
    for question, what, claim in paper.cases:
        trust = check_answer(claim, question, rendered, documents, lang=paper.lang, index=index)
        verdicts = [c.verdict for c in trust.claims]
        if not trust.support.found or not verdicts:
            yield what, "not found", claim
        else:
            yield what, next((v for v in ("contradicted", "not stated", "unsure") if v in verdicts), "supported"), claim


def main() -> None:
    """Print the table, and the mistakes if they are asked for."""
    names = [a for a in sys.argv[1:] if not a.startswith("--")] or sorted(p.stem for p in FOLDER.glob("*.txt"))
    for name in names:
        counted: Counter[tuple[str, str]] = Counter()
        for paper in papers_of(FOLDER / f"{name}.txt"):
            for kind, verdict, claim in judged(paper):
                right = kind == "right"
                counted["right" if right else "wrong", verdict] += 1
                if "--show" in sys.argv and verdict == ("contradicted" if right else "supported"):
                    print(f"{kind} -> {verdict}: {claim}")
        for side in ("right", "wrong"):
            print(name, side, {verdict: n for (s, verdict), n in sorted(counted.items()) if s == side})


if __name__ == "__main__":
    main()
