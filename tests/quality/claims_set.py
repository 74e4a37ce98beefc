
"""A labelled set of claims: right ones and wrong ones of every kind, about generated documents and about gold answers.

    python -m tests.quality.claims_set [--gold FOLDER/gold.jsonl] [--seeds 0 1 2] [--show KIND] [--sample N] [--json FILE]

Contracts and meetings are generated in English and Japanese. Right claims say what a sentence says in other words; wrong
ones are made from the right ones by turning one thing: a number, a date, a name, who does it to whom, a negation, a
quantifier, what is allowed and what must be; or they only repeat the question. From gold questions: their answers, and the
answers of other questions about the same document. Printed: how many of the wrong ones are flagged (any verdict but
"supported"), and how many of the right ones.
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tsel_core.document import Document
from tsel_core.evaluation.office_papers import PLACES, date_forms, papers
from tsel_core.trust.check import check_answer
from tsel_core.trust.passages import PassageIndex


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """An answer to a question about a document. `kind` of a wrong one says what was turned, of a right one how it was made."""

    doc: str
    lang: str
    kind: str
    question: str
    answer: str
    right: bool


_ECHO = {
    "en": ("The document says {tail}.", "This is stated in the document: {tail}."),
    "ja": ("{tail}については文書に書かれています。",),
}


def generate(seed: int) -> Iterator[tuple[Document, list[ClaimCase]]]:
    """Four documents of a seed with their cases: a contract and a meeting in each language."""
    for paper in papers(seed):
        cases = [ClaimCase(paper.name, paper.lang, "right", question, answer, True) for question, answer in paper.pairs]
        draw = random.Random(f"{seed} {paper.name} wrong")
        yield paper.document, cases + list(_wrong(cases, paper.slots, paper.lang, draw))


def _wrong(cases: Sequence[ClaimCase], slots: dict[str, str], lang: str, draw: random.Random) -> Iterator[ClaimCase]:
    for case in cases:
        for kind, answer in _turned(case, slots, lang, draw):
            if answer and answer != case.answer:
                yield ClaimCase(case.doc, lang, kind, case.question, answer, False)


def _turned(case: ClaimCase, slots: dict[str, str], lang: str, draw: random.Random) -> Iterator[tuple[str, str]]:
    text = case.answer
    plain = re.sub(r"\d{4}年\d+月\d+日|令和\d+年\d+月\d+日|\d{4}[-/]\d\d[-/]\d\d|\d+ [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d+, \d{4}", "", text)
    number = re.search(r"\d[\d,]*(?:\.\d+)?", plain)
    if number:
        value = number.group()
        other = str(draw.choice([v for v in (7, 15, 35, 75) if str(v) != value])) if len(value) < 4 else f"{draw.randint(11, 99)},{draw.randint(100, 999)}"
        yield "number", text.replace(value, other, 1)
    dated = re.search(r"(\d{4}年|令和\d+年)(\d+)月(\d+)日|(\d{4})[-/](\d\d)[-/](\d\d)|(\d+) ([A-Z][a-z]+) \d{4}|([A-Z][a-z]+) (\d+), \d{4}", text)
    if dated:
        yield "date", text.replace(dated.group(), date_forms(draw, lang)[1], 1)
    for person in (slots["p"], slots["q"], slots["r"], slots["place"]):
        if person in text:
            pool = [p for p in (PLACES[lang] if person == slots["place"] else (slots["p"], slots["q"], slots["r"])) if p != person]
            yield "name", text.replace(person, draw.choice(pool), 1)
            break
    a, b = slots["a"], slots["b"]
    if re.search(rf"\b{a}\b" if lang == "en" else a, text) or (b in text):
        swapped = text.replace(a, "\0").replace(b, a).replace("\0", b)
        both_sides = "どちら" in text or ("も" in text and a in text and b in text and "解約" in text)
        if not both_sides:
            yield "role", swapped
    yield "negation", _negated(text, lang, draw)
    yield "quantifier", _requantified(text, lang)
    yield "modality", _remodelled(text, lang)
    if len(text) > 12:
        tail = re.sub(r"[?？。]|ですか|ますか|ましたか|できますか", "", case.question)
        yield "echo", draw.choice(_ECHO[lang]).format(tail=tail[0].lower() + tail[1:])


_FLIPS = {
    "en": [(r"^No, the", "Yes, the"), (r"^No, a", "Yes, a"), (r"\b(must|may|shall|will|is|are|was|has) not (yet )?(required to )?", r"\1 \3"), (r" not exceed", " exceed"), (r" without ", " with "), (r"\brejected\b", "accepted"), (r"\bagainst\b", "in favour of"), (r"\bmay\b", "may not"), (r"\bmust\b", "does not have to"), (r"\bwill\b", "will not"), (r"\b(are|is|was) (sent|decided)", r"\1 not \2"), (r"\bbear\b", "do not bear"), (r"\bgovern\b", "do not govern"), (r"\bowns\b", "does not own"), (r"\bstays\b", "does not stay"), (r"\bcontinues\b", "does not continue"), (r"\bbegins\b", "does not begin"), (r"\bfailed\b", "did not fail"), (r"\bproposed\b", "did not propose")],
    "ja": [(r"^いいえ、", "はい、"), (r"してはいけません", "することができます"), (r"いません", "います"), (r"必要はありません", "必要があります"), (r"^はい、", "いいえ、"), (r"できます", "できません"), (r"超えません", "超えます"), (r"否決", "可決"), (r"反対", "賛成"), (r"支払います", "支払う必要はありません"), (r"納入します", "納入しません"), (r"行います", "行いません"), (r"決定しました", "決定しませんでした"), (r"担当します", "担当しません"), (r"予約します", "予約しません"), (r"提案しました", "提案しませんでした"), (r"送付します", "送付しません"), (r"据え置かれます", "据え置かれません"), (r"故障しました", "故障しませんでした"), (r"からです", "からではありません"), (r"です。$", "ではありません。")],
}


def _negated(text: str, lang: str, draw: random.Random) -> str:
    made, hits = text, 0
    for pattern, other in _FLIPS[lang]:
        if re.search(pattern, made) and (not hits or pattern.startswith(r"\b(must") or pattern in ("してはいけません", "いません", "必要はありません", "できます", r" without ")):
            if hits and not re.match(r"^(No|Yes|はい|いいえ)", made):
                break
            made, hits = re.sub(pattern, other, made, count=1), hits + 1
            if hits == 2:
                break
    return made if hits else ""


def _requantified(text: str, lang: str) -> str:
    table = {"en": [("All invoices", "Some invoices"), ("Some of the sensors", "All of the sensors"), ("at least", "at most"), ("only during", "even outside"), ("Either party", "Only one party"), ("all results", "some of the results")],
             "ja": [("全ての請求書", "一部の請求書"), ("一部のセンサー", "全てのセンサー"), ("以内に", "以降に"), ("に限り", "に限らず")]}[lang]  # fmt: skip
    return next((text.replace(one, two, 1) for one, two in table if one in text), "")


def _remodelled(text: str, lang: str) -> str:
    table = {"en": [(" must pay", " may pay"), (" must deliver", " may deliver"), (" must maintain", " may maintain"), (" may terminate", " must terminate"), ("proposed", "decided"), ("was decided", "was proposed"), (" may inspect", " must inspect")],
             "ja": [("提案しました", "決定しました"), ("決定しました", "提案されただけです"), ("解約することができます", "解約しなければなりません"), ("立ち入ることができます", "立ち入らなければなりません")]}[lang]  # fmt: skip
    return next((text.replace(one, two, 1) for one, two in table if one in text), "")


def gold_cases(path: Path, langs: Sequence[str] = ("en", "ja"), per_document: int = 12, seed: int = 0) -> Iterator[tuple[str, list[ClaimCase]]]:
    """Right answers of gold questions and, for the same questions, answers of other questions about the same document."""
    by_doc: dict[str, list[dict[str, object]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        if item["match"] in ("any", "all") and item["task"] == "qa" and item["lang"] in langs:
            by_doc[item["doc"]].append(item)
    for doc, items in by_doc.items():
        draw = random.Random(f"{seed} {doc}")
        chosen = draw.sample(items, min(per_document, len(items)))
        cases = []
        for item in chosen:
            question, lang = str(item["question"]), str(item["lang"])
            cases.append(ClaimCase(doc, lang, f"gold {item['match']}", question, _said(item), True))
            others = [o for o in items if not set(map(str, o["answers"])) & set(map(str, item["answers"])) and o["match"] == item["match"]]  # type: ignore[call-overload]
            if others:
                cases.append(ClaimCase(doc, lang, f"other {item['match']}", question, _said(draw.choice(others)), False))
        yield doc, cases


_TURNS: dict[str, list[tuple[str, str, str]]] = {
    "en": [("negation", r"\b(shall|will|may|must) not\b", r"\1"), ("negation", r"\b(shall|will|must)(?! not)\b", r"\1 not"), ("modality", r"\bshall(?! not)\b", "may"), ("modality", r"\bmay(?! not)\b", "must"), ("quantifier", r"\ball\b", "some"), ("quantifier", r"\bat least\b", "at most"), ("role", r"\b(Receiving|Disclosing) Party\b", "\0"), ("role", r"\b(Licensor|Company|Supplier|Buyer|Franchisee|Distributor|Recipient)\b", "\0")],
    "ja": [("negation", r"してはならない", "することができる"), ("negation", r"する。$", "しない。"), ("negation", r"できる。$", "できない。"), ("role", r"甲|乙", "\0"), ("quantifier", r"以内", "以上")],
}  # fmt: skip
_PLAINER = {"en": [(r"\bshall\b", "must"), (r"^The ", ""), (r"\bprior to\b", "before")], "ja": [(r"ものとする。$", "。"), (r"行う。$", "行います。"), (r"する。$", "します。")]}


def sentence_cases(document: Document, most: int = 30, seed: int = 0) -> list[ClaimCase]:
    """Sentences of a document as claims about it, in slightly other words, and with one thing turned: nothing of ours in them."""
    from tsel_core.trust.passages import sentence_spans

    draw = random.Random(f"{seed} {document.path}")
    found = [" ".join(u.text[a:b].split()) for u in document.units if u.in_flow for a, b in sentence_spans(u.text)]
    lang = "ja" if sum(len(re.findall(r"[぀-ヿ]", f)) for f in found) > 200 else "en"
    fit = [f for f in found if (60 <= len(f) <= 320 if lang == "en" else 25 <= len(f) <= 140) and f.endswith((".", "。"))]
    question = {"en": "What does the document say about this?", "ja": "文書にはどう書かれていますか。"}[lang]
    cases = []
    for sentence in draw.sample(fit, min(most, len(fit))):
        plain = sentence
        for pattern, words in _PLAINER[lang]:
            plain = re.sub(pattern, words, plain)
        cases.append(ClaimCase(document.path, lang, "sentence", question, plain[:1].upper() + plain[1:], True))
        number = re.search(r"\d[\d,]*", re.sub(r"^[\d第条().\s（）]+", "", sentence))
        if number:
            cases.append(ClaimCase(document.path, lang, "number", question, plain.replace(number.group(), str(int(number.group().replace(",", "")) + 7)), False))
        for kind, pattern, words in _TURNS[lang]:
            match = re.search(pattern, sentence)
            if match and kind != "role":
                cases.append(ClaimCase(document.path, lang, kind, question, re.sub(pattern, words, sentence, count=1), False))
            elif match and lang == "ja":
                swapped = sentence.replace("甲", "\0").replace("乙", "甲").replace("\0", "乙")
                if not re.search("甲及び乙|甲乙|当事者", sentence):
                    cases.append(ClaimCase(document.path, lang, kind, question, swapped, False))
    return cases


def _said(item: dict[str, object]) -> str:
    answers = [str(a) for a in item["answers"]]  # type: ignore[attr-defined]
    return "、".join(answers) if item["match"] == "all" and item["lang"] == "ja" else ", ".join(answers) if item["match"] == "all" else answers[0]


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with what the checks said: the verdicts of its claims and why."""

    case: ClaimCase
    flagged: bool
    verdicts: tuple[str, ...]
    why: tuple[str, ...]


def judge_all(documents: Sequence[Document], cases: Sequence[ClaimCase]) -> list[Judged]:
    """The verdict of the checks on each case, without a model. Flagged: not found, or a claim that is not supported."""
    from tsel_core.document import render_documents

    index, rendered = PassageIndex.build(documents), render_documents(documents)
    judged = []
    for case in cases:
        trust = check_answer(case.answer, case.question, rendered, documents, lang=case.lang, index=index)
        verdicts = tuple(c.verdict for c in trust.claims)
        flagged = not trust.support.found or any(v != "supported" for v in verdicts)
        judged.append(Judged(case, flagged, verdicts or (trust.support.reason,), tuple(c.why for c in trust.claims)))
    return judged


def rates(judged: Sequence[Judged]) -> str:
    """A line for each language and kind: flagged of all."""
    total: Counter[tuple[str, str]] = Counter()
    hits: Counter[tuple[str, str]] = Counter()
    for one in judged:
        for key in ((one.case.lang, one.case.kind), ("all", "right" if one.case.right else "wrong"), (one.case.lang, "= right" if one.case.right else "= wrong")):
            total[key] += 1
            hits[key] += one.flagged
    return "\n".join(f"{lang:<4} {kind:<12} flagged {hits[lang, kind]:>4} of {total[lang, kind]:>4}  {hits[lang, kind] / total[lang, kind]:.3f}" for lang, kind in sorted(total))


def main() -> None:
    """Print the rates, and the cases asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--seeds", type=int, nargs="*", default=[0, 1, 2, 3])
    parser.add_argument("--show", default="", help="kind whose mistakes are printed (or 'mistakes')")
    parser.add_argument("--sample", type=int, default=0, help="so many cases are printed as a reader sees them")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--sentences", type=Path, nargs="*", default=[], help="documents whose own sentences are turned")
    parser.add_argument("--docs", default="", help="only gold documents whose name holds this")
    options = parser.parse_args()
    judged: list[Judged] = []
    for seed in options.seeds:
        for document, cases in generate(seed):
            judged += judge_all([document], cases)
    for path in options.sentences:
        from tsel_core.ingest import ReadOptions, read_documents

        documents = read_documents([str(path)], ReadOptions())
        judged += judge_all(documents, sentence_cases(documents[0]))
    if options.gold:
        from tsel_core.ingest import ReadOptions, read_documents

        for doc, cases in gold_cases(options.gold):
            if options.docs in doc:
                judged += judge_all(read_documents([str(options.gold.parent / doc)], ReadOptions()), cases)
    for one in judged:
        if options.show in ("mistakes", one.case.kind) and one.flagged == one.case.right:
            print(f"{one.case.doc} {one.case.kind} {one.verdicts} {one.why}\n  Q {one.case.question}\n  A {one.case.answer}")
    for one in random.Random(1).sample(judged, min(options.sample, len(judged))):
        print(f"{'RIGHT' if one.case.right else 'WRONG'} {one.case.kind} -> {one.verdicts} {one.why}\n  Q {one.case.question}\n  A {one.case.answer}")
    print(rates(judged))
    if options.json:
        options.json.write_text(json.dumps([asdict(j) for j in judged], ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
