
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

from tsel_core.document import Document, Unit
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


# sentence | question = right answer in other words | ... ; {a} {b} are parties, {p} {q} persons
_EN_CONTRACT = """
The {a} shall pay the {b} a monthly fee of {money} within {n} ({nw}) days after receipt of a proper invoice.|When must the fee be paid?=The {a} must pay the fee within {n} days after receipt of the invoice.|How much is the monthly fee?=The monthly fee is {money2}.|How much is the monthly fee?={money2}
The {a} shall not assign this Agreement without the prior written consent of the {b}.|May the {a} assign the agreement?=No, the {a} may not assign this Agreement without the written consent of the {b}.|What does assignment need?=The prior written consent of the {b}.
This Agreement shall commence on {date} and shall continue for a period of {n2} years.|When does the agreement begin?=The agreement begins on {date2}.|How long does it run?=It continues for {n2} years.|When does the agreement commence?={date2}
Either party may terminate this Agreement upon {n3} days' written notice to the other party.|Can the agreement be terminated?=Either party may terminate the agreement with {n3} days' written notice.|How much notice is needed for termination?={n3} days
The liability of the {b} under this Agreement shall not exceed {money3} in any calendar year, except in cases of wilful misconduct.|Is the liability limited?=Yes. The liability of the {b} shall not exceed {money4} in a calendar year.|What is excepted from the cap of liability?=Cases of wilful misconduct.
All invoices shall be sent to the {a} by electronic mail.|How are invoices sent?=All invoices are sent to the {a} by electronic mail.
The {a} may inspect the premises of the {b} only during business hours.|When may the premises be inspected?=The {a} may inspect the premises of the {b} only during business hours.
Late payments shall bear interest at a rate of {pc}% per annum.|What interest do late payments bear?=Late payments bear interest at {pc2} percent per annum.|What is the rate of interest for late payments?={pc2} %
The {b} shall maintain insurance of at least {money5} during the term.|Which insurance is required?=The {b} must maintain insurance of at least {money5}.
This Agreement is governed by the laws of {place}.|Which law governs the agreement?=The laws of {place} govern this Agreement.|Which law governs the agreement?={place}
The {b} is not required to provide on-site support on public holidays.|Is support provided on public holidays?=No, the {b} is not required to provide on-site support on public holidays.
The {b} shall deliver the first report to the {a} by {date3}.|When is the first report due?=The {b} must deliver the first report to the {a} by {date4}.|Who delivers the first report?=The {b}
The {a} owns all results of the services; the {b} keeps its tools and libraries.|Who owns the results?=The {a} owns all results of the services.
The {b} shall not disclose confidential information to any third party.|May confidential information be disclosed?=The {b} must not disclose confidential information to third parties.
"""
_EN_MEETING = """
{p}: I propose to raise the price by {pc}% next year.|What did {p} propose?={p} proposed to raise the price by {pc2} percent.
Chair: The proposal to raise the price was rejected.|What became of the raise of the price?=The proposal to raise the price was rejected.
Chair: We decided to move the product launch to {date}.|What was decided about the product launch?=It was decided to move the product launch to {date2}.|To which day was the product launch moved?={date2}
{q}: I will send the revised quote to the customer by {date3}.|Who sends the revised quote?={q} will send the revised quote to the customer.|By when is the revised quote sent?={date4}
{p}: I am against the new office because the rent is too high.|Why was {p} against the new office?={p} was against it because the rent is too high.
Chair: The training budget stays at {money}.|How large is the training budget?=The training budget stays at {money2}.
{r}: We have not found a supplier for the cables yet.|Has a supplier for the cables been found?=No, a supplier for the cables has not been found yet.
Chair: {r} will book the hall for the summer event.|Who books the hall?={r} will book the hall for the summer event.|Who books the hall?={r}
{q}: Some of the sensors failed in the cold test.|Did sensors fail?=Some of the sensors failed in the cold test.
Chair: The next meeting is on {date5}.|When is the next meeting?=The next meeting is on {date6}.
"""
_JA_CONTRACT = """
{a}は、{b}に対し、委託料として月額{money}を、請求書を受領した日から{n}日以内に支払う。|委託料はいつまでに支払いますか。={a}は、請求書の受領から{n}日以内に{b}へ支払います。|委託料は月額いくらですか。=月額{money2}です。|委託料は月額いくらですか。={money2}
{b}は、本業務の全部又は一部を第三者に再委託してはならない。|再委託はできますか。=いいえ、{b}は本業務を第三者に再委託してはいけません。
本契約の有効期間は、{date}から{n2}年間とする。|契約はいつ始まりますか。={date2}から始まります。|契約期間は何年ですか。={n2}年間です。
{b}は、成果物を{date3}までに{a}に納入する。|納入の期限はいつですか。={b}は{date4}までに成果物を{a}に納入します。|誰が成果物を納入しますか。={b}です。
{a}が支払を遅延したときは、年{pc}パーセントの割合による遅延損害金を支払う。|遅延損害金の割合はいくらですか。=遅延損害金は年{pc2}％です。|遅延損害金の割合はいくらですか。=年{pc2}%
{a}は、成果物の納入を受けた日から{n3}営業日以内に検査を行う。|検査は何営業日以内に行いますか。=納入から{n3}営業日以内に{a}が検査を行います。|検査は何営業日以内に行いますか。={n3}営業日
{a}及び{b}は、いずれも書面による通知により本契約を解約することができる。|解約はできますか。=はい、{a}も{b}も書面による通知で解約することができます。
{b}の損害賠償の額は、{money3}を超えないものとする。|損害賠償の上限はいくらですか。={b}の損害賠償の額は{money4}を超えません。
振込手数料は{a}の負担とする。|振込手数料は誰が負担しますか。=振込手数料は{a}の負担です。|振込手数料は誰が負担しますか。={a}
全ての請求書は、電子メールにより{a}に送付する。|請求書はどのように送りますか。=全ての請求書は電子メールで{a}に送付します。
{a}は、営業時間内に限り、{b}の事業所に立ち入ることができる。|立入りはいつできますか。=営業時間内に限り、{a}は{b}の事業所に立ち入ることができます。
{b}は、休日の保守対応を行うことを要しない。|休日の保守は必要ですか。=いいえ、{b}は休日の保守対応を行う必要はありません。
本契約に関する紛争は、{place}地方裁判所を専属的合意管轄裁判所とする。|管轄裁判所はどこですか。={place}地方裁判所が専属的合意管轄裁判所です。|管轄裁判所はどこですか。={place}地方裁判所
"""
_JA_MEETING = """
{p}：来年度の値上げ幅は{pc}パーセントを提案します。|{p}さんの値上げの提案は何ですか。={p}さんは値上げ幅を{pc2}％と提案しました。
議長：値上げの提案は否決されました。|値上げの提案はどうなりましたか。=値上げの提案は否決されました。
議長：新製品の発売日は{date}に決定します。|新製品の発売日はいつに決まりましたか。=新製品の発売日は{date2}に決定しました。|新製品の発売日はいつに決まりましたか。={date2}
議長：{q}さんは見積書の修正を{date3}までにお願いします。|見積書の修正は誰が担当しますか。={q}さんが見積書の修正を担当します。|見積書の修正の期限はいつですか。={date4}
{r}：新しい事務所への移転には反対です。賃料が高すぎるからです。|移転に反対したのは誰ですか。={r}さんが移転に反対しました。|{r}さんはなぜ移転に反対しましたか。=賃料が高すぎるからです。
議長：研修予算は{money}のまま据え置きます。|研修予算はいくらですか。=研修予算は{money2}のまま据え置かれます。
{p}：ケーブルの仕入先はまだ見つかっていません。|ケーブルの仕入先は見つかりましたか。=いいえ、ケーブルの仕入先はまだ見つかっていません。
議長：{r}さんは夏の行事の会場を予約してください。|会場の予約は誰がしますか。={r}さんが夏の行事の会場を予約します。|会場の予約は誰がしますか。={r}
{q}：低温試験で一部のセンサーが故障しました。|センサーは故障しましたか。=低温試験で一部のセンサーが故障しました。
議長：次回の会議は{date5}です。|次回の会議はいつですか。=次回の会議は{date6}です。
"""
_ECHO = {
    "en": ("The document says {tail}.", "This is stated in the document: {tail}."),
    "ja": ("{tail}については文書に書かれています。",),
}
_FILLER = {
    "en": ["The headings of this paper are for reference only.", "The parties have signed two copies.", "Thank you all for coming.", "The minutes of the last meeting were read.", "Copies are kept in the archive for {x} years.", "Room {x} was reserved in the morning."],
    "ja": ["本書の見出しは参照の便宜のためのものである。", "本契約の成立を証するため、本書二通を作成した。", "本日はお集まりいただきありがとうございます。", "前回の議事録を確認しました。", "写しは{x}年間保管する。", "午前中は第{x}会議室を予約しています。"],
}
_PARTIES = {"en": [("Customer", "Supplier"), ("Licensee", "Licensor"), ("Tenant", "Landlord"), ("Company", "Consultant")], "ja": [("甲", "乙"), ("委託者", "受託者"), ("買主", "売主"), ("発注者", "受注者")]}
_PERSONS = {"en": ["Anna Weber", "Hugh Pemberton", "Maria Rossi", "John Carter", "Leila Haddad"], "ja": ["佐藤", "鈴木", "高橋", "伊藤", "渡辺", "小林"]}
_PLACES = {"en": ["Scotland", "New York", "Bavaria", "Singapore"], "ja": ["東京", "大阪", "名古屋", "福岡"]}
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_WORDS = {10: "ten", 14: "fourteen", 20: "twenty", 30: "thirty", 45: "forty-five", 60: "sixty", 90: "ninety"}


def _kanji_money(n: int) -> str:
    return f"{n // 10_000:,}万円" if n % 10_000 == 0 else f"{n:,}円"


def _date_forms(draw: random.Random, lang: str) -> tuple[str, str]:
    y, m, d = draw.randint(2023, 2029), draw.randint(1, 12), draw.randint(1, 28)
    if lang == "en":
        forms = [f"{d} {_MONTHS[m - 1]} {y}", f"{_MONTHS[m - 1]} {d}, {y}"]
        return draw.choice(forms), draw.choice([*forms, f"{y}-{m:02}-{d:02}"])
    return f"{y}年{m}月{d}日", draw.choice([f"{y}年{m}月{d}日", f"令和{y - 2018}年{m}月{d}日", f"{y}/{m:02}/{d:02}"])


def _money_forms(draw: random.Random, lang: str) -> tuple[str, str]:
    n = draw.choice([1, 2, 3, 5, 8, 12, 25]) * draw.choice([10_000, 50_000, 100_000]) + draw.choice([0, 0, 2500])
    if lang == "en":
        return f"${n:,}.00", draw.choice([f"${n:,}", f"{n} dollars", f"USD {n:,}"])
    return f"金{n:,}円", draw.choice([_kanji_money(n), f"{n:,}円"])


def _slots(draw: random.Random, lang: str) -> dict[str, str]:
    slots: dict[str, str] = {}
    slots["a"], slots["b"] = draw.choice(_PARTIES[lang])
    slots["p"], slots["q"], slots["r"] = draw.sample(_PERSONS[lang], 3)
    slots["place"] = draw.choice(_PLACES[lang])
    slots["n"], slots["n3"] = (str(n) for n in draw.sample(list(_WORDS), 2))
    slots["nw"], slots["n2"] = _WORDS[int(slots["n"])], str(draw.randint(2, 9))
    slots["pc"] = f"{draw.choice([3, 5, 6, 8, 14])}.{draw.choice([0, 5, 6])}0"
    slots["pc2"] = slots["pc"][:-1]
    for one, two in (("money", "money2"), ("money3", "money4"), ("money5", "money6")):
        slots[one], slots[two] = _money_forms(draw, lang)
    for one, two in (("date", "date2"), ("date3", "date4"), ("date5", "date6")):
        slots[one], slots[two] = _date_forms(draw, lang)
    return slots


def generate(seed: int) -> Iterator[tuple[Document, list[ClaimCase]]]:
    """Four documents of a seed with their cases: a contract and a meeting in each language."""
    for lang, kind, table in (("en", "contract", _EN_CONTRACT), ("en", "meeting", _EN_MEETING), ("ja", "contract", _JA_CONTRACT), ("ja", "meeting", _JA_MEETING)):
        draw = random.Random(f"{seed} {lang} {kind}")
        slots = _slots(draw, lang)
        name = f"{kind}-{lang}-{seed}"
        lines, cases = [], []
        for row in table.strip().splitlines():
            sentence, *pairs = row.split("|")
            lines.append(sentence.format(**slots))
            for pair in pairs:
                question, answer = (part.format(**slots) for part in pair.split("="))
                cases.append(ClaimCase(name, lang, "right", question, answer, True))
        lines += [f.format(x=draw.randint(2, 40)) for f in _FILLER[lang]]
        if kind == "contract":
            draw.shuffle(lines)
        text = "\n".join(lines)
        units = tuple(_unit(i, line, kind) for i, line in enumerate(lines))
        assert len(text) > 100
        yield Document(f"{name}.txt", "", "txt", "turn" if kind == "meeting" else "paragraph", units), cases + list(_wrong(cases, slots, lang, draw))


def _unit(i: int, line: str, kind: str) -> Unit:
    speaker = re.match(r"([^:：]{1,20})[:：]", line) if kind == "meeting" else None
    return Unit(i, "turn" if kind == "meeting" else "paragraph", f"{i + 1}", line, speaker=speaker[1] if speaker else None)


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
        yield "date", text.replace(dated.group(), _date_forms(draw, lang)[1], 1)
    for person in (slots["p"], slots["q"], slots["r"], slots["place"]):
        if person in text:
            pool = [p for p in (_PLACES[lang] if person == slots["place"] else (slots["p"], slots["q"], slots["r"])) if p != person]
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
    parser.add_argument("--docs", default="", help="only gold documents whose name holds this")
    options = parser.parse_args()
    judged: list[Judged] = []
    for seed in options.seeds:
        for document, cases in generate(seed):
            judged += judge_all([document], cases)
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
