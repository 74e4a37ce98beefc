# ruff: noqa: E501 (one sentence a line)
"""Made documents whose evidence is known, to find a model's retrieval heads with: contracts and meetings, two languages.

The questions say it in other words than the document, and each document holds look-alikes (other dates, sums, people),
so that a head which follows words alone is not chosen.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass

from tsel_core.document import Document, Unit
from tsel_core.text.language import Lang


@dataclass(frozen=True, slots=True)
class MadeQuestion:
    """A question, and the unit whose text answers it (its one sentence that holds `span`)."""

    question: str
    unit_index: int
    span: str


@dataclass(frozen=True, slots=True)
class MadeDocument:
    """A document with its questions."""

    document: Document
    questions: tuple[MadeQuestion, ...]
    lang: Lang


_EN_CONTRACT = (
    ("Either party may bring this Agreement to an end by giving the other {a} days' written notice.", "How much warning must be given before the contract is ended?"),
    ("The Customer shall pay every undisputed invoice within {b} days of receiving it.", "By when do bills have to be settled?"),
    ("The aggregate liability of the Supplier shall in no event exceed {m}.", "What is the most the vendor can be made to pay in damages?"),
    ("Neither party shall transfer its rights under this Agreement without the prior written approval of the other.", "Can the contract be handed over to another company?"),
    ("This Agreement is governed by the laws of {place}.", "Which legal system applies?"),
    ("Unless one party objects {c} days before expiry, the term is extended by a further {d} months.", "What happens when the contract runs out?"),
    ("The Supplier shall carry cover of not less than {n} with a reputable insurer throughout the term.", "How high must the insurance be?"),
    ("Goods that arrive after the agreed day entitle the Customer to a reduction of {p} percent of their price.", "What does the buyer get if a delivery is late?"),
    ("For {e} years after the end of this Agreement each party shall keep what it learned from the other secret.", "How long does the duty of confidentiality last afterwards?"),
    ("The Customer's auditors may inspect the Supplier's books once in every {f} months.", "How often may the accounts be looked at?"),
    ("All drawings produced in the course of the work become the property of the Customer.", "Who owns the plans that are made?"),
    ("Disputes are settled by a single arbitrator sitting in {city}.", "Where are quarrels decided?"),
)  # fmt: skip
_EN_FILLER = (
    "Headings are for convenience and do not affect the meaning of this Agreement.",
    "Notices take effect {a} days after they are posted to the address in Schedule {f}.",
    "The Supplier shall keep records of the work for {e} years and in an orderly way.",
    "Training of up to {b} members of staff is included in the price of {n}.",
    "Meetings between the parties take place every {d} weeks at the Customer's premises in {city}.",
    "No failure to exercise a right shall be taken as giving it up.",
    "The Supplier shall appoint a manager who speaks for it in all matters of the work.",
    "Equipment lent to the Supplier is returned within {c} days in the state in which it was received.",
    "Travel beyond {f} kilometres is charged at {p} percent of the daily rate.",
    "Changes to this Agreement are valid only in writing and when signed by both parties.",
    "The Customer gives access to its buildings between 8 and {a} o'clock on working days.",
    "If a provision is found to be void the others stay in force.",
)
_EN_MEETING = (
    ("We go with the {thing} from {city}, that's settled then.", "Which supplier's product was chosen in the end?"),
    ("{who}, could you have the {report} ready by the {a}th?", "What does {who} have to prepare?"),
    ("I'm afraid the {part} broke because nobody had oiled it since spring.", "Why did the {part} fail?"),
    ("The board has given us {m} for all of it and not a penny more.", "How large is the budget?"),
    ("So the opening moves from the {b}th to the {c}th, everybody agreed?", "To which day was the opening put off?"),
    ("We lost {d} customers in the last quarter, mostly to the new shop.", "How many clients went away?"),
    ("My worry is that the lift cannot carry more than {n} in goods at a time.", "What concern was raised about the lift?"),
    ("Nobody objected, so the office stays in {place} for another year.", "Was it decided to move the office?"),
)  # fmt: skip
_EN_TALK = (
    "Let me just share my screen, can everybody see it?",
    "Thanks, {who}, that was helpful, let's go on to the next point.",
    "I spoke to the people in {city} about the {thing} and they will call back.",
    "We had {d} complaints in the week of the {a}th, fewer than before.",
    "That reminds me of last year, when we paid {n} for the {part}.",
    "I don't have the numbers here, I think it was about {p} percent.",
    "Could somebody open the window, it is rather warm in here.",
    "The {report} of last month is still in the folder, for those who missed it.",
    "{who} was on holiday until the {b}th, so nothing happened there.",
    "Yes, I would say so, but it depends on the {thing}.",
)
_JA_CONTRACT = (
    ("いずれの当事者も、{a}日前までに書面で申し入れることにより、本契約を終わらせることができる。", "契約をやめたいときは、どのくらい前に知らせる必要がありますか。"),
    ("甲は、請求書を受領した日から{b}日以内に代金を支払う。", "請求はいつまでに払わなければなりませんか。"),
    ("乙が負う損害賠償の総額は、{m}を限度とする。", "賠償の上限はいくらですか。"),
    ("乙は、相手方の書面による承諾なしに、本契約上の地位を第三者に譲り渡してはならない。", "契約を別の会社に引き継がせることはできますか。"),
    ("期間満了の{c}日前までに異議がないときは、さらに{d}か月間延長される。", "契約期間が終わるとどうなりますか。"),
    ("乙は、期間中{n}以上の保険に加入しなければならない。", "どれだけの額の保険が必要ですか。"),
    ("納入が期日に遅れたときは、代金の{p}パーセントを減額する。", "納品が遅れた場合、買主は何を得ますか。"),
    ("本契約の終了後も{e}年間は、相手方から知り得た事項を他に漏らしてはならない。", "秘密を守る義務は終了後どれくらい続きますか。"),
    ("甲は、{f}か月に一度、乙の帳簿を調べることができる。", "帳簿の確認はどのくらいの頻度でできますか。"),
    ("作業の過程で作られた図面は、すべて甲のものとする。", "作られた設計図は誰のものになりますか。"),
    ("本契約に関する争いは、{city}地方裁判所で解決する。", "もめごとはどこで決着をつけますか。"),
)  # fmt: skip
_JA_FILLER = (
    "各条の見出しは便宜のためであり、解釈に影響しない。",
    "通知は、発送から{a}日後に効力を生ずる。",
    "乙は、作業の記録を{e}年間整理して保管する。",
    "代金には、{b}名までの研修の費用{n}を含む。",
    "両者は、{d}週間ごとに{city}の甲の事務所で打合せを行う。",
    "乙は、作業全般について乙を代表する責任者を置く。",
    "貸与された機器は、{c}日以内に元の状態で返す。",
    "{f}キロメートルを超える出張は、日当の{p}パーセントを加算する。",
    "本契約の変更は、両者が署名した書面によってのみ行う。",
    "本契約の一部が無効となっても、その他の部分は有効に存続する。",
)
_JA_MEETING = (
    ("では{city}の{thing}を採用するということで決まりですね。", "最終的にどこの製品を選びましたか。"),
    ("{who}さん、{report}を{a}日までに用意してもらえますか。", "{who}さんは何を準備することになりましたか。"),
    ("春から誰も油を差していなかったので、{part}が壊れてしまいました。", "{part}が故障した原因は何ですか。"),
    ("役員会からは全部で{m}をもらっていて、それ以上は出ません。", "予算はどれくらいありますか。"),
    ("開店は{b}日から{c}日に延ばす、皆さんよろしいですね。", "開店は何日になりましたか。"),
    ("前の四半期で{d}社のお客様が離れ、ほとんどが新しい店に移りました。", "取引をやめた顧客はいくつありますか。"),
    ("反対がないので、事務所はもう一年{place}に残します。", "事務所は引っ越すことになりましたか。"),
)  # fmt: skip
_JA_TALK = (
    "画面を共有しますね、皆さん見えていますか。",
    "{who}さん、ありがとうございます、次の話に進みましょう。",
    "{city}の担当者に{thing}の件で電話しましたが、折り返しを待っています。",
    "{a}日の週は苦情が{d}件で、前より減りました。",
    "去年は{part}に{n}払ったのを思い出しました。",
    "数字は手元にありませんが、{p}パーセントくらいだったと思います。",
    "先月の{report}はフォルダーに残っていますので、ご覧ください。",
    "{who}さんは{b}日まで休みだったので、そこは動いていません。",
)

_WORDS: dict[Lang, dict[str, tuple[str, ...]]] = {
    "en": {
        "who": ("Ines", "Tobias", "Marguerite", "Olaf", "Priya", "Desmond"),
        "city": ("Lisbon", "Aarhus", "Turin", "Leeds", "Bergen", "Ghent"),
        "place": ("Portugal", "Denmark", "Piedmont", "Yorkshire", "Norway", "Flanders"),
        "thing": ("till", "label printer", "shelf system", "delivery van", "booking tool"),
        "report": ("cost report", "floor plan", "rota", "risk list", "customer survey"),
        "part": ("conveyor", "cold store", "slicing machine", "roller door"),
    },
    "ja": {
        "who": ("橋本", "小林", "三宅", "長谷川", "大野", "藤井"),
        "city": ("松本", "高松", "浜松", "盛岡", "長崎", "福井"),
        "place": ("岡山", "新潟", "熊本", "仙台", "金沢", "秋田"),
        "thing": ("レジ", "ラベル印刷機", "棚", "配送車", "予約ソフト"),
        "report": ("費用の報告書", "配置図", "当番表", "リスク一覧", "顧客アンケート"),
        "part": ("コンベヤー", "冷蔵庫", "切断機", "シャッター"),
    },
}
_HEADINGS: dict[Lang, tuple[str, ...]] = {
    "en": ("Scope", "Payment", "Delivery", "Warranty", "Liability", "Term", "General", "Records"),
    "ja": ("範囲", "支払", "納入", "保証", "責任", "期間", "雑則", "記録"),
}


def made_documents(seed: int = 0, count: int = 2) -> list[MadeDocument]:
    """`count` contracts and as many meetings in each language, about 900 to 1,300 tokens each."""
    found = []
    for number in range(count):
        for lang in ("en", "ja"):
            rng = random.Random(f"{seed} {number} {lang}")
            found.append(_contract(rng, lang, f"made-{lang}-contract-{number}"))
            found.append(_meeting(rng, lang, f"made-{lang}-meeting-{number}"))
    return found


def _values(rng: random.Random, lang: Lang) -> dict[str, str]:
    amount = [f"{rng.randint(11, 98)}0,000 euros", f"{rng.randint(3, 9)},{rng.randint(100, 900)} euros"]
    if lang == "ja":
        amount = [f"{rng.randint(11, 98)}0万円", f"{rng.randint(3, 9)}万{rng.randint(1, 9)}千円"]
    words = {name: rng.choice(options) for name, options in _WORDS[lang].items()}
    return {**{name: str(rng.randint(4, 28)) for name in "abcdefp"}, "m": amount[0], "n": amount[1], **words}


def _contract(rng: random.Random, lang: Lang, name: str) -> MadeDocument:
    pairs, filler = (_EN_CONTRACT, _EN_FILLER) if lang == "en" else (_JA_CONTRACT, _JA_FILLER)
    told = [(text, question) for text, question in pairs]
    spare = [(text, "") for text in filler]
    lines = rng.sample(told, len(told)) + spare + rng.sample(spare, len(spare))
    rng.shuffle(lines)
    heading, number = "", 0

    def unit(index: int, text: str) -> Unit:
        nonlocal heading, number
        if index % 4 == 0:
            number += 1
            heading = f"{number}. {_HEADINGS[lang][number % len(_HEADINGS[lang])]}"
        return Unit(index, "paragraph", f"para {index + 1}", text, heading_path=(heading,))

    return _made(rng, lang, name, lines, unit, "paragraph")


def _meeting(rng: random.Random, lang: Lang, name: str) -> MadeDocument:
    pairs, talk = (_EN_MEETING, _EN_TALK) if lang == "en" else (_JA_MEETING, _JA_TALK)
    lines = list(pairs) + [(text, "") for text in talk] + [(text, "") for text in rng.sample(talk, len(talk))]
    lines += [(text, "") for text in rng.sample(talk, len(talk))]
    rng.shuffle(lines)

    def unit(index: int, text: str) -> Unit:
        speaker = rng.choice(_WORDS[lang]["who"])
        return Unit(index, "turn", f"{speaker} {index}", f"{speaker}: {text}", speaker=speaker)

    return _made(rng, lang, name, lines, unit, "turn")


def _made(
    rng: random.Random,
    lang: Lang,
    name: str,
    lines: list[tuple[str, str]],
    make: Callable[[int, str], Unit],
    kind: str,
) -> MadeDocument:
    units, questions = [], []
    for index, (text, question) in enumerate(lines):
        values = _values(rng, lang)
        words = text.format(**values)
        units.append(make(index, words))
        if question:
            questions.append(MadeQuestion(question.format(**values), index, words))
    document = Document(name, name, "txt", kind, tuple(units))  # type: ignore[arg-type]
    return MadeDocument(document, tuple(questions), lang)
