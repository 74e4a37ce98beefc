"""The answers of an evaluation themselves, each beside that of full attention."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_cli.i18n import say
from tsel_core.evaluation.results import ItemResult
from tsel_core.text.safe import clean_for_terminal

_SHOWN = 160  # characters of an answer


def print_answers(items: Sequence[ItemResult], settings: Sequence[str] = ()) -> None:
    """Each question's answers, one line a setting; settings that wrote the same share a line."""
    by_item: dict[str, list[ItemResult]] = {}
    for item in items:
        if not settings or item.setting in settings:
            by_item.setdefault(item.item_id, []).append(item)
    for item_id, answers in by_item.items():
        print(clean_for_terminal(item_id))
        said: dict[str, list[ItemResult]] = {}
        for answer in answers:
            said.setdefault(" ".join(answer.reply.split()), []).append(answer)
        for reply, same in said.items():
            names, score = ", ".join(a.setting for a in same), same[0].score
            mark = "" if score >= 1 or same[0].match == "judge" else f" ({say(f'score {score:.2f}')})"
            print(clean_for_terminal(f"  {names}: {reply[:_SHOWN]}{mark}"))
