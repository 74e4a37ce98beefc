"""One lease in seven languages, ten questions about each: yes, no, not in it, an amount, a date, a span of time.

    python -m tests.quality.languages_eval OUT.jsonl [--device cpu] [--languages de,fr] [--numbers 0,2,5]

The papers and questions (tests/quality/languages) were written for this. Prints right answers by what was wanted.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import defaultdict
from pathlib import Path

import tsel_core as tsel
from tsel_core.evidence.locating.agree import polarity
from tsel_core.text.refusal import is_refusal

FOLDER = Path(__file__).parent / "languages"
_MARK = re.compile(r"\s?\[\d+\]")
JUDGED = ("yes", "no", "none")


def read_questions() -> dict[str, list[dict[str, str]]]:
    """By language: question and what is wanted: yes, no, none, or words that the answer holds."""
    found: dict[str, list[dict[str, str]]] = json.loads((FOLDER / "questions.json").read_text("utf-8"))
    return found


def is_right(text: str, wanted: str) -> bool:
    """Whether an answer is what was wanted; of what the paper does not say, "No" will do."""
    said = _MARK.sub("", text)
    if wanted not in JUDGED:
        return _bare(wanted) in _bare(said)
    told = "none" if is_refusal(said) else {True: "yes", False: "no", None: ""}[polarity(said)]
    return told == wanted or (wanted, told) == ("none", "no")


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text).casefold()


def main() -> None:
    """See the module."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out", type=Path)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--languages", default="")
    parser.add_argument("--numbers", default="")
    options = parser.parse_args()
    questions, right = read_questions(), defaultdict(list)
    languages = options.languages.split(",") if options.languages else list(questions)
    numbers = [int(n) for n in options.numbers.split(",")] if options.numbers else range(10)
    with options.out.open("w", encoding="utf-8") as out, tsel.open(device=options.device, keep=True) as model:
        for number in numbers:
            for language in languages:
                asked = questions[language][number]
                answer = model.ask(str(FOLDER / f"{language}.txt"), asked["question"])
                good = is_right(answer.text, asked["wanted"])
                kind = asked["wanted"] if asked["wanted"] in JUDGED else "value"
                right[kind].append(good)
                told = {"language": language, **asked, "text": answer.text, "right": good, "confidence": answer.extra.get("confidence")}
                print(json.dumps(told, ensure_ascii=False), file=out, flush=True)
    for kind, goods in right.items():
        print(f"{kind:<6} {sum(goods)} of {len(goods)}")


if __name__ == "__main__":
    main()
