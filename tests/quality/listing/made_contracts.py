
"""Made contracts whose duties, rights and topics are known clause by clause, in English and Japanese.

A line is `tags | clause`: a and b are the parties, "ab" both, "-" nobody; `!` a duty, `?` a right, `#topic` what it is about.
"build" has every other line (for writing rules and setting limits), "measure" the rest (for figures alone).
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Literal

from tsel_core.document import Document, SourceSpan, Unit
from tsel_core.text.language import Lang

Half = Literal["build", "measure"]

_EN = """
b! #delivery|The {b} shall deliver the goods to the {a}'s warehouse by {date}.
b! #delivery|The {b} must hand over the first batch no later than {date}.
a! #payment|The {a} shall pay each undisputed invoice within {n} days of receipt.
a! #payment|The {a} agrees to reimburse travel costs that were approved in writing.
ab! #confidentiality|Each party shall keep confidential information of the other party secret.
ab! #confidentiality|Neither party shall disclose the terms of this agreement without written consent.
b! #confidentiality|The {b} shall not use confidential information for any other purpose.
b! #confidentiality|The {b} undertakes to return all documents marked confidential at the end of the term.
b? #payment|The {b} may suspend deliveries while an invoice is overdue.
b? #payment|The {b} is entitled to interest on late payments at {pc} percent a year.
a? #inspection|The {a} may inspect the premises of the {b} after giving {n} days' notice.
a? #inspection|The {a} has the right to reject goods that do not meet the specification.
-|This agreement is governed by the laws of Scotland.
-|The headings of this agreement are for convenience only.
-|"Goods" means the items listed in the schedule.
-|This agreement shall commence on {date} and continue for {n} months.
b! #insurance|Insurance of at least {money} is to be maintained by the {b} throughout the term, and the {b} is responsible for its cost.
b! #insurance|Proof of cover shall be provided by the {b} upon request.
a! #delivery|The {a} will make a loading bay available on working days.
a! #delivery|Packaging waste shall be removed by the {a} at its own expense.
-|The {b} is not required to provide support on public holidays.
-|The {b} shall not be liable for delays caused by the weather.
b! #data|The {b} shall report any loss of personal data to the {a} within {n} hours.
b! #data|Personal data must be deleted by the {b} when the services end.
ab! #notice|The parties shall send notices in writing to the addresses above.
ab! #notice|Both parties agree to name a contact person.
b! #quality|The {b} warrants that the goods are free from defects for {n} months.
b! #quality|If goods are defective, the {b} shall repair or replace them free of charge.
a! #quality|If the {b} delivers late, the {a} shall notify the {b} without delay.
a! #quality|The {a} must report visible defects within {n} days of delivery.
b? #termination|The {b} may terminate this agreement upon {n} days' written notice.
a? #termination|The {a} may end this agreement at any time if the {b} becomes insolvent.
-|Title to the goods passes on payment.
-|Any change of this agreement is effective only if made in writing.
b! #staff|The {b} is obliged to employ qualified staff only.
b! #staff|The {b} covenants to comply with the safety rules of the site.
b! #records|Records of all deliveries are to be kept, and the {b} has to produce them when asked.
b! #records|It shall also be the duty of the {b} to keep accounts for {n} years.
-|The price of the goods is {money} per batch.
-|The schedule forms part of this agreement.
"""
_JA = """
b! #delivery|{b}は、{date}までに商品を{a}の倉庫に納入する。
b! #delivery|{b}は、{date}までに初回分を引き渡さなければならない。
a! #payment|{a}は、請求書を受領した日から{n}日以内に代金を支払う。
a! #payment|{a}は、事前に承認した交通費を{b}に支払わなければならない。
ab! #confidentiality|{a}及び{b}は、相手方の秘密情報を第三者に開示してはならない。
ab! #confidentiality|{a}及び{b}は、本契約の内容を秘密に保持するものとする。
b! #confidentiality|{b}は、秘密情報を本業務以外の目的に使用してはならない。
b! #confidentiality|{b}は、契約終了時に秘密情報の記載された資料を{a}に返還する。
b? #payment|{b}は、支払が遅れている間、納入を停止することができる。
b? #payment|{b}は、年{pc}パーセントの遅延損害金を請求することができる。
a? #inspection|{a}は、{n}日前に通知して{b}の事業所に立ち入ることができる。
a? #inspection|{a}は、仕様に合わない商品の受領を拒むことができる。
-|本契約の準拠法は日本法とする。
-|本契約の見出しは参照の便宜のためのものである。
-|「商品」とは、別紙に記載する品目をいう。
-|本契約の有効期間は、{date}から{n}か月間とする。
b! #insurance|{b}は、保険金額{money}以上の賠償責任保険に加入する。
b! #insurance|{a}の求めがあったときは、{b}は保険証券の写しを提示するものとする。
a! #delivery|荷受けの場所は{a}が用意し、その費用は{a}の負担とする。
a! #delivery|{a}は、梱包材を自己の費用で処分する。
-|{b}は、休日の保守対応を行うことを要しない。
-|{b}は、天候による遅延について責任を負わない。
b! #data|{b}は、個人情報の漏えいを知ったときは{n}時間以内に{a}に報告しなければならない。
b! #data|本業務が終了したときは、{b}は個人情報を消去するものとする。
ab! #notice|{a}及び{b}は、通知を書面により行う。
ab! #notice|両当事者は、それぞれ連絡責任者を定める。
b! #quality|{b}は、商品に{n}か月間瑕疵がないことを保証する。
b! #quality|商品に瑕疵があるときは、{b}は無償で修補又は交換を行う。
a! #quality|{b}の納入が遅れたときは、{a}は速やかに{b}に通知する。
a! #quality|{a}は、外観上の瑕疵を納入から{n}日以内に報告しなければならない。
b? #termination|{b}は、{n}日前の書面による通知により本契約を解約することができる。
a? #termination|{b}が破産したときは、{a}は直ちに本契約を解除することができる。
-|商品の所有権は、代金の完済により移転する。
-|本契約の変更は、書面によらなければ効力を有しない。
b! #staff|{b}は、有資格者を本業務に従事させる義務を負う。
b! #staff|{b}は、構内の安全規則に従うものとする。
b! #records|納入の記録は{b}が保管し、{a}の請求により提出しなければならない。
b! #records|帳簿は、{b}の責任において{n}年間保存する。
-|商品の代金は1回分{money}とする。
-|別紙は本契約の一部をなす。
"""
_PARTIES = {"en": [("Buyer", "Supplier"), ("Customer", "Contractor"), ("Licensee", "Vendor")], "ja": [("甲", "乙"), ("買主", "売主"), ("委託者", "受託者")]}
_MONTHS = "January March May July September November".split()  # noqa: SIM905


@dataclass(frozen=True)
class Asked:
    """A wish about a document, and the sentences that belong in its list. `optional` count neither for nor against."""

    name: str
    lang: Lang
    document: Document
    wish: str
    gold: tuple[SourceSpan, ...]
    optional: tuple[SourceSpan, ...] = ()


def made_wishes(seed: int, half: Half) -> list[Asked]:
    """What is asked of the two contracts of a seed: duties of one party, its rights, a topic that code has no kind for."""
    found = []
    for lang, table in (("en", _EN), ("ja", _JA)):
        draw = random.Random(f"{seed} {half} {lang}")
        lines = table.strip().splitlines()[0 if half == "build" else 1 :: 2]
        draw.shuffle(lines)
        a, b = draw.choice(_PARTIES[lang])
        slots = {"a": a, "b": b}
        tags, texts = zip(*(line.split("|") for line in lines), strict=True)
        whole = [t.format(**slots, **_values(draw, lang)) for t in texts]
        head = _opening(lang, a, b)
        clauses = [(f"{n}. {t}" if lang == "en" else f"第{n}条 {t}") for n, t in enumerate(whole, 1)]
        units = tuple(Unit(i, "paragraph", f"para {i + 1}", t) for i, t in enumerate([*head, *clauses]))
        document = Document(f"{lang}-{half}-{seed}.txt", "0" * 64, "txt", "paragraph", units)
        first = len(head)

        def spans(*wanted: str, tags: tuple[str, ...] = tags, units: tuple[Unit, ...] = units, first: int = first) -> tuple[SourceSpan, ...]:
            held = [n for n, t in enumerate(tags) if any(w in t.split() for w in wanted)]
            return tuple(SourceSpan(0, first + n, 0, len(units[first + n].text)) for n in held)

        topic = draw.choice(["#confidentiality", "#data", "#insurance"])
        asked = [(_wish("duty", lang, b), spans("b!", "ab!")), (_wish("right", lang, a), spans("a?")), (_wish(topic, lang, ""), spans(topic))]
        found += [Asked(f"{document.path} {n}", lang, document, wish, gold) for n, (wish, gold) in enumerate(asked)]
    return found


def _opening(lang: str, a: str, b: str) -> list[str]:
    if lang == "en":
        return ["SUPPLY AGREEMENT", f'This agreement is made between Northwind Foods Ltd (the "{a}") and Halden Works Inc. (the "{b}").']
    if a == "甲":
        return ["売買基本契約書", "株式会社北風食品（以下「甲」という。）と春田工業株式会社（以下「乙」という。）は、次のとおり契約を締結する。"]
    return ["売買基本契約書", f"{a}株式会社北風食品と{b}春田工業株式会社は、次のとおり契約を締結する。"]


def _wish(what: str, lang: str, who: str) -> str:
    words = {
        "duty": ("every obligation of the {}", "{}のすべての義務"), "right": ("every right of the {}", "{}のすべての権利"),
        "#confidentiality": ("everything about confidential information", "秘密情報に関するすべての定め"),
        "#data": ("everything about personal data", "個人情報に関するすべての定め"), "#insurance": ("everything about insurance", "保険に関するすべての定め"),
    }  # fmt: skip
    return words[what][lang == "ja"].format(who)


def _values(draw: random.Random, lang: str) -> dict[str, str]:
    y, m, d = draw.randint(2024, 2028), draw.randint(1, 6), draw.randint(1, 28)
    date = f"{d} {_MONTHS[m - 1]} {y}" if lang == "en" else f"{y}年{m}月{d}日"
    money = f"${draw.randint(2, 90) * 10_000:,}" if lang == "en" else f"金{draw.randint(2, 90) * 100_000:,}円"
    return {"date": date, "money": money, "n": str(draw.choice([5, 7, 14, 24, 30, 48])), "pc": str(draw.choice([3, 5, 8]))}
