# ruff: noqa: E501 (one sentence a line)
"""Office papers made by a seed, a contract and a meeting in each language, with questions and right answers.

What `tsel eval --office` asks, and what the checks of claims are measured with (tests/quality/claims_set.py).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

from tsel_core.document import Document, Unit
from tsel_core.evaluation.items import Item
from tsel_core.evaluation.wanted import Wanted
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.language import Lang

# sentence | question = right answer in other words | ... | #item = words it must hold; {a} {b} are parties, {p} {q} persons
_EN_CONTRACT = """
The {a} shall pay the {b} a monthly fee of {money} within {n} ({nw}) days after receipt of a proper invoice.|When must the fee be paid?=The {a} must pay the fee within {n} days after receipt of the invoice.|How much is the monthly fee?=The monthly fee is {money2}.|How much is the monthly fee?={money2}|#fact.price={money}|#fact.payment={n}
The {a} shall not assign this Agreement without the prior written consent of the {b}.|May the {a} assign the agreement?=No, the {a} may not assign this Agreement without the written consent of the {b}.|What does assignment need?=The prior written consent of the {b}.|#fact.assignment=consent
This Agreement shall commence on {date} and shall continue for a period of {n2} years.|When does the agreement begin?=The agreement begins on {date2}.|How long does it run?=It continues for {n2} years.|When does the agreement commence?={date2}|#fact.term={n2} years
Either party may terminate this Agreement upon {n3} days' written notice to the other party.|Can the agreement be terminated?=Either party may terminate the agreement with {n3} days' written notice.|How much notice is needed for termination?={n3} days|#fact.termination={n3}
The liability of the {b} under this Agreement shall not exceed {money3} in any calendar year, except in cases of wilful misconduct.|Is the liability limited?=Yes. The liability of the {b} shall not exceed {money4} in a calendar year.|What is excepted from the cap of liability?=Cases of wilful misconduct.|#fact.cap={money3}
All invoices shall be sent to the {a} by electronic mail.|How are invoices sent?=All invoices are sent to the {a} by electronic mail.
The {a} may inspect the premises of the {b} only during business hours.|When may the premises be inspected?=The {a} may inspect the premises of the {b} only during business hours.
Late payments shall bear interest at a rate of {pc}% per annum.|What interest do late payments bear?=Late payments bear interest at {pc2} percent per annum.|What is the rate of interest for late payments?={pc2} %|#fact.late={pc}%
The {b} shall maintain insurance of at least {money5} during the term.|Which insurance is required?=The {b} must maintain insurance of at least {money5}.|#fact.insurance={money5}
This Agreement is governed by the laws of {place}.|Which law governs the agreement?=The laws of {place} govern this Agreement.|Which law governs the agreement?={place}|#fact.law={place}
The {b} is not required to provide on-site support on public holidays.|Is support provided on public holidays?=No, the {b} is not required to provide on-site support on public holidays.
The {b} shall deliver the first report to the {a} by {date3}.|When is the first report due?=The {b} must deliver the first report to the {a} by {date4}.|Who delivers the first report?=The {b}
The {a} owns all results of the services; the {b} keeps its tools and libraries.|Who owns the results?=The {a} owns all results of the services.
The {b} shall not disclose confidential information to any third party.|May confidential information be disclosed?=The {b} must not disclose confidential information to third parties.
"""
_EN_MEETING = """
{p}: I propose to raise the price by {pc}% next year.|What did {p} propose?={p} proposed to raise the price by {pc2} percent.
Chair: The proposal to raise the price was rejected.|What became of the raise of the price?=The proposal to raise the price was rejected.|#decision=price
Chair: We decided to move the product launch to {date}.|What was decided about the product launch?=It was decided to move the product launch to {date2}.|To which day was the product launch moved?={date2}|#decision=product launch;{date}
{q}: I will send the revised quote to the customer by {date3}.|Who sends the revised quote?={q} will send the revised quote to the customer.|By when is the revised quote sent?={date4}|#action={q};revised quote;{date3}
{p}: I am against the new office because the rent is too high.|Why was {p} against the new office?={p} was against it because the rent is too high.
Chair: The training budget stays at {money}.|How large is the training budget?=The training budget stays at {money2}.|#decision=training budget;{money}
{r}: We have not found a supplier for the cables yet.|Has a supplier for the cables been found?=No, a supplier for the cables has not been found yet.|#open=supplier
Chair: {r} will book the hall for the summer event.|Who books the hall?={r} will book the hall for the summer event.|Who books the hall?={r}|#action={r};hall
{q}: Some of the sensors failed in the cold test.|Did sensors fail?=Some of the sensors failed in the cold test.
Chair: The next meeting is on {date5}.|When is the next meeting?=The next meeting is on {date6}.
"""
_JA_CONTRACT = """
{a}は、{b}に対し、委託料として月額{money}を、請求書を受領した日から{n}日以内に支払う。|委託料はいつまでに支払いますか。={a}は、請求書の受領から{n}日以内に{b}へ支払います。|委託料は月額いくらですか。=月額{money2}です。|委託料は月額いくらですか。={money2}|#fact.price={money}|#fact.payment={n}日
{b}は、本業務の全部又は一部を第三者に再委託してはならない。|再委託はできますか。=いいえ、{b}は本業務を第三者に再委託してはいけません。|#fact.subcontracting=再委託
本契約の有効期間は、{date}から{n2}年間とする。|契約はいつ始まりますか。={date2}から始まります。|契約期間は何年ですか。={n2}年間です。|#fact.term={n2}年
{b}は、成果物を{date3}までに{a}に納入する。|納入の期限はいつですか。={b}は{date4}までに成果物を{a}に納入します。|誰が成果物を納入しますか。={b}です。
{a}が支払を遅延したときは、年{pc}パーセントの割合による遅延損害金を支払う。|遅延損害金の割合はいくらですか。=遅延損害金は年{pc2}％です。|遅延損害金の割合はいくらですか。=年{pc2}%|#fact.late={pc}パーセント
{a}は、成果物の納入を受けた日から{n3}営業日以内に検査を行う。|検査は何営業日以内に行いますか。=納入から{n3}営業日以内に{a}が検査を行います。|検査は何営業日以内に行いますか。={n3}営業日|#fact.acceptance={n3}営業日
{a}及び{b}は、いずれも書面による通知により本契約を解約することができる。|解約はできますか。=はい、{a}も{b}も書面による通知で解約することができます。|#fact.termination=書面
{b}の損害賠償の額は、{money3}を超えないものとする。|損害賠償の上限はいくらですか。={b}の損害賠償の額は{money4}を超えません。|#fact.cap={money3}
振込手数料は{a}の負担とする。|振込手数料は誰が負担しますか。=振込手数料は{a}の負担です。|振込手数料は誰が負担しますか。={a}
全ての請求書は、電子メールにより{a}に送付する。|請求書はどのように送りますか。=全ての請求書は電子メールで{a}に送付します。
{a}は、営業時間内に限り、{b}の事業所に立ち入ることができる。|立入りはいつできますか。=営業時間内に限り、{a}は{b}の事業所に立ち入ることができます。
{b}は、休日の保守対応を行うことを要しない。|休日の保守は必要ですか。=いいえ、{b}は休日の保守対応を行う必要はありません。
本契約に関する紛争は、{place}地方裁判所を専属的合意管轄裁判所とする。|管轄裁判所はどこですか。={place}地方裁判所が専属的合意管轄裁判所です。|管轄裁判所はどこですか。={place}地方裁判所|#fact.disputes={place}地方裁判所
"""
_JA_MEETING = """
{p}：来年度の値上げ幅は{pc}パーセントを提案します。|{p}さんの値上げの提案は何ですか。={p}さんは値上げ幅を{pc2}％と提案しました。
議長：値上げの提案は否決されました。|値上げの提案はどうなりましたか。=値上げの提案は否決されました。|#decision=値上げ
議長：新製品の発売日は{date}に決定します。|新製品の発売日はいつに決まりましたか。=新製品の発売日は{date2}に決定しました。|新製品の発売日はいつに決まりましたか。={date2}|#decision=発売日;{date}
議長：{q}さんは見積書の修正を{date3}までにお願いします。|見積書の修正は誰が担当しますか。={q}さんが見積書の修正を担当します。|見積書の修正の期限はいつですか。={date4}|#action={q};見積書;{date3}
{r}：新しい事務所への移転には反対です。賃料が高すぎるからです。|移転に反対したのは誰ですか。={r}さんが移転に反対しました。|{r}さんはなぜ移転に反対しましたか。=賃料が高すぎるからです。
議長：研修予算は{money}のまま据え置きます。|研修予算はいくらですか。=研修予算は{money2}のまま据え置かれます。|#decision=研修予算
{p}：ケーブルの仕入先はまだ見つかっていません。|ケーブルの仕入先は見つかりましたか。=いいえ、ケーブルの仕入先はまだ見つかっていません。|#open=仕入先
議長：{r}さんは夏の行事の会場を予約してください。|会場の予約は誰がしますか。={r}さんが夏の行事の会場を予約します。|会場の予約は誰がしますか。={r}|#action={r};会場
{q}：低温試験で一部のセンサーが故障しました。|センサーは故障しましたか。=低温試験で一部のセンサーが故障しました。
議長：次回の会議は{date5}です。|次回の会議はいつですか。=次回の会議は{date6}です。
"""
_FILLER = {
    ("contract", "en"): ["The headings of this paper are for reference only.", "The parties have signed two copies.", "Copies are kept in the archive for {x} years."],
    ("contract", "ja"): ["本書の見出しは参照の便宜のためのものである。", "本契約の成立を証するため、本書二通を作成した。", "写しは{x}年間保管する。"],
    ("meeting", "en"): ["Thank you all for coming.", "The minutes of the last meeting were read.", "Room {x} was reserved in the morning."],
    ("meeting", "ja"): ["本日はお集まりいただきありがとうございます。", "前回の議事録を確認しました。", "午前中は第{x}会議室を予約しています。"],
}
_PARTIES = {"en": [("Customer", "Supplier"), ("Licensee", "Licensor"), ("Tenant", "Landlord"), ("Company", "Consultant")], "ja": [("甲", "乙"), ("委託者", "受託者"), ("買主", "売主"), ("発注者", "受注者")]}
_PERSONS = {"en": ["Anna Weber", "Hugh Pemberton", "Maria Rossi", "John Carter", "Leila Haddad"], "ja": ["佐藤", "鈴木", "高橋", "伊藤", "渡辺", "小林"]}
PLACES = {"en": ["Scotland", "New York", "Bavaria", "Singapore"], "ja": ["東京", "大阪", "名古屋", "福岡"]}
_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_WORDS = {10: "ten", 14: "fourteen", 20: "twenty", 30: "thirty", 45: "forty-five", 60: "sixty", 90: "ninety"}


def _kanji_money(n: int) -> str:
    return f"{n // 10_000:,}万円" if n % 10_000 == 0 else f"{n:,}円"


def date_forms(draw: random.Random, lang: str) -> tuple[str, str]:
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


def slots_of(draw: random.Random, lang: str) -> dict[str, str]:
    slots: dict[str, str] = {}
    slots["a"], slots["b"] = draw.choice(_PARTIES[lang])
    slots["p"], slots["q"], slots["r"] = draw.sample(_PERSONS[lang], 3)
    slots["place"] = draw.choice(PLACES[lang])
    slots["n"], slots["n3"] = (str(n) for n in draw.sample(list(_WORDS), 2))
    slots["nw"], slots["n2"] = _WORDS[int(slots["n"])], str(draw.randint(2, 9))
    slots["pc"] = f"{draw.choice([3, 5, 6, 8, 14])}.{draw.choice([0, 5, 6])}0"
    slots["pc2"] = slots["pc"][:-1]
    for one, two in (("money", "money2"), ("money3", "money4"), ("money5", "money6")):
        slots[one], slots[two] = _money_forms(draw, lang)
    for one, two in (("date", "date2"), ("date3", "date4"), ("date5", "date6")):
        slots[one], slots[two] = date_forms(draw, lang)
    return slots


@dataclass(frozen=True, slots=True)
class Paper:
    """A document, the values that were put into it, (question, right answer) pairs in other words, items it holds.

    `quoted` are (question, sentence that answers it) for each pair.
    """

    name: str
    lang: Lang
    document: Document
    slots: dict[str, str]
    pairs: tuple[tuple[str, str], ...]
    quoted: tuple[tuple[str, str], ...] = ()
    wanted: tuple[Wanted, ...] = ()


_TABLES: tuple[tuple[Lang, str, str], ...] = (
    ("en", "contract", _EN_CONTRACT), ("en", "meeting", _EN_MEETING), ("ja", "contract", _JA_CONTRACT), ("ja", "meeting", _JA_MEETING),
)  # fmt: skip
_TITLES: dict[Lang, str] = {"en": "SERVICES AGREEMENT", "ja": "業務委託契約書"}
_CLAUSE = {"en": "{}. {}", "ja": "第{}条 {}"}
_ABSENT = {
    "en": ("What is the telephone number of the warehouse?", "Who won the photo contest?", "What does the parking permit cost?"),
    "ja": ("倉庫の電話番号は何番ですか。", "写真コンテストで優勝したのは誰ですか。", "駐車許可証の料金はいくらですか。"),
}
_QUOTE = {
    "en": 'Quote word for word the sentence that answers "{}"',
    "ja": "次の問いに答えている文を、そのまま引用してください：{}",
}
_QUOTES = 4  # of a paper
_WHO = lazy_pattern(r"(?i)^(?:who|which party)\b|誰")
_WHEN = lazy_pattern(r"(?i)^(?:when|by when|(?:to|on) (?:which|what) day)\b|いつ|期限")


def papers(seed: int) -> Iterator[Paper]:
    """The four papers of a seed."""
    for lang, kind, table in _TABLES:
        draw = random.Random(f"{seed} {lang} {kind}")
        slots = slots_of(draw, lang)
        lines: list[str] = []
        pairs: list[tuple[str, str]] = []
        quoted: list[tuple[str, str]] = []
        wanted: list[Wanted] = []
        for row in table.strip().splitlines():
            sentence, *marked = (part.format(**slots) for part in row.split("|"))
            lines.append(sentence)
            asked = [_pair(m) for m in marked if not m.startswith("#")]
            wanted += [_wanted(*_pair(m[1:])) for m in marked if m.startswith("#")]
            pairs += asked
            quoted += [(question, _spoken(sentence, kind)) for question, _ in asked[:1]]
        lines += [f.format(x=draw.randint(2, 40)) for f in _FILLER[kind, lang]]
        if kind == "contract":
            draw.shuffle(lines)
            lines = [_TITLES[lang], *(_CLAUSE[lang].format(n, line) for n, line in enumerate(lines, 1))]
        name = f"{kind}-{lang}-{seed}"
        units = tuple(_unit(i, line, kind) for i, line in enumerate(lines))
        document = Document(f"{name}.txt", "", "txt", "turn" if kind == "meeting" else "paragraph", units)
        yield Paper(name, lang, document, slots, tuple(pairs), tuple(quoted), tuple(wanted))


def _pair(text: str) -> tuple[str, str]:
    question, answer = text.split("=")
    return question, answer


def _wanted(kind: str, words: str) -> Wanted:
    """"fact.term", "3 years" -> what the key facts must hold."""
    named, _, name = kind.partition(".")
    return Wanted(named, tuple(words.split(";")), name)


def _spoken(line: str, kind: str) -> str:
    """A line without its speaker."""
    return re.sub(r"^[^:：]{1,20}[:：]\s*", "", line) if kind == "meeting" else line


def _unit(i: int, line: str, kind: str) -> Unit:
    speaker = re.match(r"([^:：]{1,20})[:：]", line) if kind == "meeting" else None
    made = "turn" if kind == "meeting" else "paragraph"
    return Unit(i, made, f"{i + 1}", line, speaker=speaker[1] if speaker else None)  # type: ignore[arg-type]


def office_items(paper: Paper) -> list[Item]:
    """Questions with a short exact answer, who and when, yes/no, sentences to quote, and what is not there."""

    def made(number: str, question: str, answers: tuple[str, ...], match: str, kind: str) -> Item:
        return Item(f"{paper.name}-{number}", paper.document.path, question, answers, match, "qa", paper.lang, kind)

    items = []
    for number, (question, answer) in enumerate(paper.pairs):
        yes_no = re.match(r"(Yes|No|はい|いいえ)\b", answer)
        short = len(answer) <= 24 and not answer.endswith((".", "。"))
        if yes_no:
            items.append(made(f"{number}", question, (yes_no[1],), "yesno", "yesno"))
        elif short:
            kind = "who" if _WHO.search(question) else "when" if _WHEN.search(question) else "exact"
            items.append(made(f"{number}", question, (answer,), "any", kind))
    for number, (question, sentence) in enumerate(paper.quoted[:_QUOTES]):
        items.append(made(f"clause-{number}", _QUOTE[paper.lang].format(question), (sentence,), "any", "clause"))
    for number, question in enumerate(_ABSENT[paper.lang]):
        items.append(made(f"absent-{number}", question, ("not mentioned", "記載がありません"), "abstain", "absent"))
    return items
