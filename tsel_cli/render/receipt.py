"""The receipt on stderr: what was read, how far to trust it, which attention ran, where the time went."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tsel_cli.console import Stderr
from tsel_cli.i18n import message_language
from tsel_cli.render.confidence import unsure_as_a_whole
from tsel_cli.render.item_words import coverage_line, item_parts
from tsel_cli.render.labels import label_in
from tsel_core.answer import Answer, Coverage
from tsel_core.config import within_reach
from tsel_core.trust.claims.parts.claim import VERDICTS

_OF_EACH = ("trust", "ORDERS", "note")  # lines that every answer has of its own


def print_receipt(
    answer: Answer, console: Stderr, *, timings: bool, head: str = "", said: set[str] | None = None
) -> None:
    """Print the receipt's lines, after those of `head`; `timings` adds the breakdown.

    `said`: what was printed of the answers before, on the same documents: how they were read is not said again.
    """
    console.note("")
    if head:
        console.note(head)
    for line in receipt_lines(answer):
        if said is None or line not in said or line.startswith(_OF_EACH):
            console.note(line)
        if said is not None:
            said.add(line)
    if timings:
        console.note(f"time      {time_line(answer)}")


def receipt_lines(answer: Answer) -> list[str]:
    """read, trust and attention lines."""
    receipt = answer.receipt
    kinds = {d.unit_kind for d in answer.documents}
    unit = (kinds.pop() if len(kinds) == 1 else "unit") + ("s" if receipt.units_read != 1 else "")
    lines = [
        f"read      {receipt.tokens_read:,} of {receipt.tokens_in_file:,} tokens, "
        f"{receipt.units_read:,} of {receipt.units_in_file:,} {unit}; {receipt.rest}"
    ]
    if _reused(answer):
        lines[0] += f" ({_reused(answer):,} tokens from a kept reading)"
    output = coverage_line(answer)
    if output:
        lines.append(output)
    parts = answer.extra.get("parts")
    if parts:
        lines.append(
            f"parts     read in {parts['count']} parts of at most {parts['limit']:,} tokens, "
            f"{parts['overlap']:,} in common: the model's window is {answer.model['trained_window']:,}"
        )
    trust = _trust(answer)
    if trust:
        lines.append(f"trust     {trust}")
    lines += order_lines(answer)
    lines.append(f"attention {_attention(answer)}")
    lines += _memory(answer)
    lines += _window(answer) + _checks(answer)
    if answer.stop_reason == "length":
        lines.append("note      the answer reached --max-new-tokens and stops there")
    if answer.stop_reason == "interrupted":
        lines.append("note      interrupted: the answer is partial")
    if answer.stop_reason == "error":
        lines.append("note      an error ended the writing: the answer is partial")
    return lines


def _window(answer: Answer) -> list[str]:
    """By how much prompt and answer are longer than what the model was trained for."""
    beyond = answer.attention.beyond_window
    if not beyond:
        return []
    num, window = answer.prompt_tokens + answer.completion_tokens, int(beyond["window"])
    if num <= window:  # the answer might have left it, and did not
        return []
    if not within_reach(num, window):
        return [
            f"window    EXCEEDED: the model was trained on {window:,} tokens; past them it read less "
            f"reliably ({beyond['positions']} positions)"
        ]
    return [
        f"window    {num - window:,} tokens past the window this model was trained on ({window:,}): read a little less "
        f"reliably (--no-extrapolate: not at all)"
    ]


def order_lines(answer: Answer) -> list[str]:
    """Passages of the documents that give orders to their reader or to this program: the first three."""
    orders = answer.extra.get("orders") or []
    said = "gives orders to its reader or to this program"
    lang = message_language()
    lines = [f'ORDERS    {label_in(o["label"], lang)} {said}: "{o["quote"]}"' for o in orders[:3]]
    if len(orders) > 3:
        lines.append(f"ORDERS    {len(orders) - 3:,} more passages give orders")
    return lines + _quarantine_lines(answer)


def _quarantine_lines(answer: Answer) -> list[str]:
    """What was done about the passages that give orders."""
    told = answer.extra.get("quarantine")
    if not told:
        return []
    if not told["asked_again"]:
        return ["ORDERS    these passages were not read (--quarantine always)"]
    if told["agree"]:
        return ["ORDERS    asked again without them: the same answer"]
    other = " ".join(str(told["other_answer"]).split())[:160]
    if told["shown"] == "without":
        return [f"ORDERS    the answer is the one without them; with them it was: {other}"]
    return [f"ORDERS    asked again without them, the answer was: {other}"]


def _reused(answer: Answer) -> int:
    """Tokens of the documents that a kept reading held; the words around them are kept too, and not counted."""
    return min(answer.receipt.tokens_read, int((answer.extra.get("reading") or {}).get("reused_tokens", 0)))


def _memory(answer: Answer) -> list[str]:
    """How the cache was held, when it was not simply in the dtype of the computation on the device."""
    plan = answer.extra.get("memory") or {}
    form = str(answer.model.get("weights", "full"))
    packed = [] if form == "full" else [f"weights   held in {form[1:]} bits (--weights full: as they are stored)"]
    if form == "fp8":
        packed = ["weights   text is read with products in 8-bit floats (--weights full: as they are stored)"]
    exact = {"float32": "fp32", "bfloat16": "bf16", "float16": "fp16"}.get(answer.model["dtype"])
    if plan.get("kv") in (None, exact):
        return packed
    held = f"{plan['kv']} ({exact} does not fit)" if plan.get("kv_auto") else plan["kv"]
    return [
        *packed,
        f"memory    KV {held}, {plan['kv_bytes'] / 1e9:.1f} GB; weights {plan['weight_bytes'] / 1e9:.1f} GB, "
        f"workspace {plan['workspace_bytes'] / 1e9:.1f} GB, of {plan['have_bytes'] / 1e9:.1f} GB"
    ]


# warnings of the answer itself; those of the documents were said when they were read
_TOLD = (
    *("coverage of", "longer than the model's window"),
    *("items are looked for by code", "there are no headings in", "the headings are in"),
    *("the model began to repeat itself", "the summary was not at its end", "the summary is not in the language"),
    "the answer is not in the language",
)


def _checks(answer: Answer) -> list[str]:
    """Lines of --verify and --recheck, of the coverage floor, and passages that were never selected."""
    lines = [f"note      {w}" for w in answer.warnings if w.startswith(_TOLD)]
    second = answer.extra.get("verify")
    if second:
        verdict = "the facts agree"
        if not second["agree"]:
            verdict = f"THE FACTS DIFFER; the other answer: {second['second_answer']}"
        lines.append(f"verify    {second['how']}: {verdict}")
    for passage in list(answer.extra.get("unread") or ())[:3]:
        place, quote = label_in(passage["label"], message_language()), " ".join(passage["quote"].split())
        lines.append(f'unread    {place}  "{quote[:90]}" (see --recheck)')
    return lines


def claims_line(claims: Sequence[Mapping[str, Any]]) -> str:
    """ "2 claims: 1 supported, 1 unsure (see [2])": verdicts with their counts, and what to look up."""
    counts = []
    for verdict in VERDICTS:
        found = [c for c in claims if c["verdict"] == verdict]
        if found:
            ids = dict.fromkeys(n for c in found for n in c["citations"]) if verdict != "supported" else ()
            see = f" (see {''.join(f'[{n}]' for n in ids)})" if ids else ""
            counts.append(f"{len(found)} {verdict}{see}")
    return f"{len(claims)} claim{'s' if len(claims) != 1 else ''}: {', '.join(counts)}"


def _trust(answer: Answer) -> str:
    parts = []
    items, claims = answer.extra.get("items"), answer.extra.get("claims")
    if items:
        parts += item_parts(items)
    elif claims:
        parts.append(claims_line(claims))
    if items is None and unsure_as_a_whole(answer):
        parts.append("the answer is unsure: check the places it names")
    if any(c.role == "question" for c in answer.citations):
        parts.append("cited for the question, not for the answer: look it up")
    if answer.found and not answer.citations and items is None:
        parts.append("no passage cited: look it up before you rely on it")
    untraced = [f for f in answer.extra.get("facts", ()) if not f["found"]]
    if untraced:
        parts.append("not in the document: " + ", ".join(f["text"] for f in untraced[:5]))
    coverage = answer.attention.decode_coverage or answer.attention.prefill_coverage
    if coverage:
        parts.append(f"attention mass kept {_share(coverage)}")
    if answer.found is False:
        parts.append("not found in the document")
    return "; ".join(parts)


def _attention(answer: Answer) -> str:
    report = answer.attention
    if report.prefill == report.decode == "full":
        text = f"full ({report.reason})"
    else:
        text = (
            f"prefill {report.prefill}, decode {report.decode}, k={report.budget:,} of "
            f"{answer.receipt.tokens_read:,} ({report.reason})"
        )
        if report.rule:
            text += f"; pick rule {report.rule}"
        if report.num_sharing:
            text += f"; {report.num_sharing} layers share a pick"
        if report.selection_cache_hit_rate is not None:
            text += f"; selection cache hit {report.selection_cache_hit_rate:.0%}"
    for why, count in Counter(report.full_layers.values()).items():
        text += f"; {count} layers do not select ({why})"
    return text


def _share(coverage: Coverage) -> str:
    least = "" if coverage.low is None else f"at least {coverage.low:.1%} with 95 % confidence; "
    return f"{coverage.mean:.1%} ({least}lowest layer {coverage.lowest:.0%})"


def time_line(answer: Answer) -> str:
    """read 0.2  tokenize 0.1  load 1.9  prefill 2.6 (linear ..., attention ..., ...)  write 0.9 (114 tok/s)."""
    t = answer.timings
    parts = [f"{name} {t[name]:.1f}" for name in ("read", "tokenize", "load")]
    fresh = answer.prompt_tokens - _reused(answer)
    rate = f", {fresh / t['prefill']:,.0f} tok/s" if t["prefill"] else ""
    parts.append(
        f"prefill {t['prefill']:.1f} (linear {t['prefill_linear']:.1f}, attention {t['prefill_attention']:.1f}, "
        f"selection {t['prefill_selection']:.1f}{rate})"
    )
    steps = max(0, answer.completion_tokens - 1)
    rate = f" ({steps / t['decode']:.1f} tok/s)" if t["decode"] else ""
    parts.append(f"write {t['decode']:.1f}{rate}")
    if t.get("look"):
        parts.append(f"look {t['look']:.1f}")
    return "  ".join(parts)


def wall_line(answer: Answer, started: float, libraries: float, now: float, first_word: float | None) -> str:
    """What a person waited for: all of it, the start of the program, its libraries, and what no phase counts.

    `first_word`: when the answer began, where it is shown as it is written.
    """
    phases = answer.timings["total"]
    other = max(0.0, now - started - libraries - phases)
    begun = f"start {started:.1f}, libraries {libraries:.1f}"
    line = f"waited    {now:.1f} s: {begun}, the phases above {phases:.1f}, other {other:.1f}"
    return line if first_word is None else f"{line}; first word after {first_word:.1f} s"
