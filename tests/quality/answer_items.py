"""Questions for tests.quality.evidence_eval whose answer is known by construction, packed with their documents.

    python -m tests.quality.answer_items GOLD.jsonl FOLDER DOC [DOC ...] [--per-kind 8] [--made SEED] > items.jsonl

To the questions that a gold file has about the documents it adds, for each: facts of the same kind of document that this one does not
hold (checked by the words that any wording of them would have), Japanese yes/no questions whether a clause exists, and
Japanese statements made of a known answer (true), of another document's answer (false), or of an absent fact (not mentioned). `--made` adds documents of
tsel_core.evidence.calibration.made_documents, whose questions say it in other words than the document.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.quality.packed import pack
from tsel_core.document import Document, render_documents
from tsel_core.evaluation.items import Item, item_of
from tsel_core.evidence.calibration.made_documents import made_documents
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.ingest import ReadOptions, read_documents
from tsel_core.text.facts import extract_facts

# question, words that a document which answers it would have
ABSENT = {
    "contract en": (
        ("What is the amount of the security deposit?", r"deposit"),
        ("What interest rate applies to late payments?", r"interest|late payment|overdue|past due"),
        ("Who is the escrow agent named in the agreement?", r"escrow"),
        ("How many days of paid vacation is an employee entitled to?", r"vacation|holiday|paid leave"),
        ("On what date was the first amendment signed?", r"amendment"),
        ("How much is the monthly rent?", r"\brent"),
        ("What is the fine for a breach of data protection?", r"data protection|personal data|privacy"),
        ("At which bank must the payments be made?", r"\bbank\b"),
        ("What is the telephone number for notices?", r"telephone|phone"),
        ("How long is the warranty period of the goods?", r"warrant"),
        ("Which exchange rate is used for the conversion?", r"exchange rate|currency"),
        ("How much does the customer pay for a training day?", r"training"),
    ),
    "meeting en": (
        ("Which hotel was booked for the team?", r"hotel"),
        ("What salary was agreed for the new colleague?", r"salar"),
        ("How much does the insurance cost?", r"insurance"),
        ("Who resigned at the meeting?", r"resign"),
        ("By when must the tax return be filed?", r"\btax"),
    ),
    "contract ja": (
        ("敷金はいくらですか。", r"敷金"), ("連帯保証人は誰ですか。", r"保証人"), ("振込先の銀行はどこですか。", r"銀行"),
        ("有給休暇は年に何日ですか。", r"休暇"), ("契約の更新料はいくらですか。", r"更新料"), ("研修の受講料は一人いくらですか。", r"研修|受講"),
        ("納入する機器は何台ですか。", r"台"), ("出張の日当はいくらですか。", r"日当|出張"), ("監査は年に何回行いますか。", r"監査"),
        ("違約金はいくらですか。", r"違約金"), ("交通費の上限は月額いくらですか。", r"交通費|旅費"), ("印紙代はどちらが負担しますか。", r"印紙"),
    ),
    "meeting ja": (
        ("事務所の家賃はいくらですか。", r"家賃"), ("賞与は何か月分に決まりましたか。", r"賞与|ボーナス"), ("採用は何人に決まりましたか。", r"採用"),
        ("監査法人はどこに決まりましたか。", r"監査"), ("出張の行き先はどこですか。", r"出張"), ("会議室の予約は誰が担当しますか。", r"会議室"),
        ("新しい社長は誰に決まりましたか。", r"社長"), ("保険の契約先はどこに決まりましたか。", r"保険"),
    ),
}  # fmt: skip
EXISTS_JA = (
    ("自動更新の定めはありますか。", r"更新"), ("競業避止の定めはありますか。", r"競業"), ("秘密保持の定めはありますか。", r"秘密"),
    ("遅延損害金の定めはありますか。", r"遅延損害金"), ("反社会的勢力の排除の定めはありますか。", r"反社会的"), ("保険に加入する義務はありますか。", r"保険"),
    ("合意管轄の定めはありますか。", r"管轄"), ("違約金の定めはありますか。", r"違約金"), ("独占的な取引の義務はありますか。", r"(?<!非)独占"),
    ("仲裁の定めはありますか。", r"仲裁"), ("最低購入数量の定めはありますか。", r"最低"), ("従業員の引き抜きの禁止はありますか。", r"引き抜き|勧誘"),
)  # fmt: skip
_STATES = re.compile(r"^(?P<subject>[^、。]{2,30})は(?:いくらでしたか|いくらですか|いつですか|どこですか|どれだけですか|何日ですか|最終的にどう決まりましたか)。$")
ASKED_JA = "次の文は文書の内容として正しいですか、誤りですか、記載がありませんか。「{}」"
NONE = {"en": ("not found", "not stated", "not mentioned"), "ja": ("記載がありません", "記載されていません")}


def kind_of(name: str) -> str:
    """The kind of a document, by its name."""
    bare = Path(name).name
    lang = "ja" if bare.startswith(("kaigi", "keiyaku")) else "en"
    return f"{'meeting' if bare.startswith(('kaigi', 'qmsum')) else 'contract'} {lang}"


def absent_items(name: str, text: str, count: int, rng: random.Random) -> list[Item]:
    """Facts that this document does not hold."""
    kind = kind_of(name)
    lang = "ja" if kind.endswith("ja") else "en"
    free = [q for q, words in ABSENT[kind] if not re.search(words, text, re.I)]
    chosen = rng.sample(free, min(count, len(free)))
    return [Item(f"{name}_absent{n}", name, q, NONE[lang], "abstain", lang=lang, kind="near miss") for n, q in enumerate(chosen)]


def exists_items(name: str, text: str, count: int, rng: random.Random) -> list[Item]:
    """Japanese yes/no questions whether a contract has a clause."""
    if kind_of(name) != "contract ja":
        return []
    told = [(q, "はい" if re.search(words, text) else "いいえ") for q, words in EXISTS_JA]
    yes, no = ([t for t in told if t[1] == word] for word in ("はい", "いいえ"))
    chosen = rng.sample(yes, min(count // 2, len(yes))) + rng.sample(no, min(count // 2, len(no)))
    return [Item(f"{name}_exists{n}", name, q, (a,), "yesno", lang="ja", kind="exists") for n, (q, a) in enumerate(chosen)]


def statement_items(name: str, items: Sequence[Item], text: str, count: int, rng: random.Random) -> list[Item]:
    """Japanese statements that are true, false or not mentioned."""
    made: list[tuple[str, str, str]] = []
    for item in items:
        match = _STATES.match(item.question)
        if item.doc != name or match is None or item.match != "any":
            continue
        others = [i.answers[0] for i in items if i.question == item.question and not set(i.answers) & set(item.answers)]
        made.append((f"{match['subject']}は{item.answers[0]}である。", "正しい", "choice"))
        if others:
            made.append((f"{match['subject']}は{rng.choice(others)}である。", "誤り", "choice"))
    free = [q for q, words in ABSENT[kind_of(name)] if "いくら" in q and not re.search(words, text)]
    made += [(re.sub(r"は.*いくら.*", f"は{rng.choice((3, 5, 20))}万円である。", q), "記載", "abstain") for q in free[:2]]
    chosen = []
    for word in ("正しい", "誤り", "記載"):
        of_word = [m for m in made if m[1] == word]
        chosen += rng.sample(of_word, min(count // 3, len(of_word)))
    return [
        Item(f"{name}_states{n}", name, ASKED_JA.format(s), NONE["ja"] if m == "abstain" else (a,), m, lang="ja", kind="statement")
        for n, (s, a, m) in enumerate(chosen)
    ]


def made_items(seed: int) -> tuple[list[Item], dict[str, Document]]:
    """Questions for a value of made documents, two of each kind and language."""
    items, documents = [], {}
    for made in made_documents(seed, 2):
        name = f"{made.document.path}-{seed}"
        documents[name] = replace(made.document, path=name)
        for number, asked in enumerate(made.questions):
            values = [f.text for f in extract_facts(asked.span) if f.kind != "name" and f.text not in asked.question]
            if len(values) == 1 and question_kind(asked.question).kind != "yesno":
                items.append(Item(f"{name}_{number}", name, asked.question, (values[0],), lang=made.lang, kind="other words"))
    return items, documents


def main() -> None:
    """Print the packed lines."""
    parser = argparse.ArgumentParser()
    parser.add_argument("gold", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("docs", nargs="+")
    parser.add_argument("--per-kind", type=int, default=8, help="questions of the gold file by kind of question, and of each kind made here")
    parser.add_argument("--made", type=int, help="seed of made documents, asked about in other words")
    options = parser.parse_args()
    lines = [json.loads(line) for line in options.gold.read_text(encoding="utf-8").splitlines() if line.strip()]
    items = [item_of(i, i["id"], Path()) for i in lines if i["task"] == "qa" and (i["match"] != "judge" or i["lang"] == "ja")]
    documents: dict[str, Document] = {n: read_documents([str(options.folder / n)], ReadOptions())[0] for n in options.docs}
    chosen: list[Item] = []
    for name, document in documents.items():
        rng, text, own = random.Random(name), render_documents([document]).text, [i for i in items if i.doc == name]
        kinds = {k: [i for i in own if question_kind(i.question).kind == k] for k in ("yesno", "truth", "exact", "open")}
        for of_kind in kinds.values():
            chosen += rng.sample(of_kind, min(options.per_kind, len(of_kind)))
        chosen += absent_items(name, text, options.per_kind // 2, rng)
        chosen += exists_items(name, text, options.per_kind, rng)
        if kind_of(name).endswith("ja"):
            chosen += statement_items(name, items, text, options.per_kind, rng)
    if options.made is not None:
        asked, made = made_items(options.made)
        chosen, documents = chosen + asked, documents | made
    sys.stdout.write(pack([replace(i, task="qa") for i in chosen], lambda name: [documents[name]]))


if __name__ == "__main__":
    main()
