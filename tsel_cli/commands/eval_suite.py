"""tsel eval --suite: generated needles, and the benchmarks RULER, LongBench and InfiniteBench."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tsel_core.errors import UsageError

if TYPE_CHECKING:
    from tsel_core.evaluation.items import Item
    from tsel_core.session import Session

NEEDLES, LONGBENCH = "needles", "longbench"
SUITES = (NEEDLES, "ruler", LONGBENCH, "infinitebench")
_LENGTHS = "4k"  # of a suite that makes its documents
EXAMPLE = "tsel eval questions.jsonl --setting careful, or tsel eval --suite needles --lengths 4k,8k"


@dataclass(frozen=True)
class SuiteOptions:
    """What the command line says of a suite; `check` before a model is fetched for it."""

    name: str
    lengths: str | None
    kinds: str | None
    seeds: int
    bench: str | None

    def check(self) -> None:
        """Raises UsageError for an unknown suite or kind, and where a folder is missing."""
        from tsel_core.evaluation.needles import KINDS, MIXED

        if self.name not in SUITES:
            raise UsageError(f"--suite must be of {', '.join(SUITES)}, got {self.name!r}", EXAMPLE)
        if self.lengths is not None:
            parse_lengths(self.lengths)
        if self.name == NEEDLES and set(self._kinds) - {*KINDS, MIXED}:
            raise UsageError(f"--kinds must be of {', '.join((*KINDS, MIXED))}, got {self.kinds!r}", EXAMPLE)
        if self.name != NEEDLES:
            from tsel_core.evaluation.suites.plan import check_suite

            check_suite(self.name, self._kinds, self.bench)

    @property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(k.strip() for k in self.kinds.split(",")) if self.kinds else ()

    def items(self, session: Session) -> list[Item]:
        """The suite's items, sized by the model's own tokens."""
        from tsel_core.evaluation.needles import KINDS, make_needles
        from tsel_core.evaluation.suites.plan import suite_items

        tokenizer = session.tokenizer

        def count(text: str) -> int:
            return len(tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"])

        window = session.engine.loaded.info.trained_window
        if self.name == LONGBENCH:
            most = max(parse_lengths(self.lengths)) if self.lengths else window
            return suite_items(self.name, (most,), count, 1, self._kinds, self.bench)
        lengths = parse_lengths(self.lengths or _LENGTHS)
        if self.name == NEEDLES:
            return make_needles(lengths, count, seeds=range(self.seeds), kinds=self._kinds or KINDS)
        return suite_items(self.name, lengths, count, self.seeds, self._kinds, self.bench, window)

    def settings(self) -> tuple[str, ...]:
        """What it is run with beside full attention, where nothing is said."""
        from tsel_core.evaluation.suites.plan import SETTINGS

        return ("careful", "fast") if self.name == NEEDLES else SETTINGS


def parse_lengths(text: str) -> list[int]:
    """ "4k,8192" -> [4096, 8192]. Raises UsageError."""
    from tsel_core.bench import plan as bench_plan

    found = bench_plan.parse_lengths(text)
    if min(found) < 200:
        raise UsageError(f"--lengths must be 200 tokens or more, got {min(found)}", EXAMPLE)
    return found
