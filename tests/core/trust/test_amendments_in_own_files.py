"""An amendment in a file of its own changes the agreement that it names, and no other one; where that is not clear, unsure."""

from __future__ import annotations

from itertools import permutations

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import check_answer

HIRE = (
    "HIRE AGREEMENT",
    "This Hire Agreement is made on 4 May 2022 between Corran Plant Ltd and Tolsta Homes Limited.",
    "1. Machines",
    "1.1 Corran hires out the machines listed in the annex.",
    "2. Payment",
    "2.1 Tolsta shall pay each invoice within 40 days of its receipt.",
    "2.2 The deposit is GBP 6,000.",
)
CLEANING = (
    "CLEANING CONTRACT",
    "This Cleaning Contract is made on 19 June 2023 between Sheen Services Ltd and Tolsta Homes Limited.",
    "1. Service",
    "1.1 Sheen cleans the offices.",
    "2. Payment",
    "2.1 Tolsta shall pay each invoice within 40 days of its receipt.",
    "2.2 The fee is GBP 900 a month.",
)
LETTER = (
    "AMENDMENT LETTER NO. 1",
    "From: Corran Plant Limited, Dock Road, Leith",
    "To: Tolsta Homes Limited, Mill Lane, Perth",
    "Date: 2 March 2024",
    "Hire Agreement dated 4 May 2022 (the \"Agreement\")",
    "1. In clause 2.1 of the Agreement the words \"within 40 days\" are replaced by \"within 25 days\".",
)
ASKED = "Within how many days must an invoice be paid?"
NEW, OLD = "An invoice must be paid within 25 days of its receipt.", "An invoice must be paid within 40 days of its receipt."

ITAKU = (
    "業務委託契約書",
    "株式会社青葉（以下「甲」という。）と合同会社三崎（以下「乙」という。）は、次のとおり契約する。",
    "第1条（業務）　乙は、甲の倉庫の管理を行う。",
    "第2条（支払）　甲は、請求書を受領した日から60日以内に委託料を支払う。",
    "第3条（損害）　損害賠償の上限は500万円とする。",
    "2022年5月4日",
)
HOSHU = (
    "保守契約書",
    "株式会社青葉（以下「甲」という。）と有限会社北川（以下「乙」という。）は、次のとおり契約する。",
    "第1条（業務）　乙は、甲の設備の保守を行う。",
    "第2条（支払）　甲は、請求書を受領した日から60日以内に保守料を支払う。",
    "2023年6月19日",
)
OBOEGAKI = (
    "覚書",
    "株式会社青葉（以下「甲」という。）と合同会社三崎（以下「乙」という。）は、2022年5月4日付けで締結した業務委託契約書（以下「原契約」という。）について、次のとおり合意した。",
    "第1条　原契約第2条中「60日以内」を「30日以内」に改める。",
    "2024年3月2日",
)
ASKED_JA = "支払の期限はいつですか。"
NEW_JA, OLD_JA = "甲は、請求書を受領した日から30日以内に委託料を支払います。", "甲は、請求書を受領した日から60日以内に委託料を支払います。"

Paper = tuple[str, ...]


def said(answer: str, question: str, *papers: Paper, lang: str = "en") -> tuple[str, str]:
    """The checked text of an answer on several files, and what became of its first claim."""
    documents = [
        Document(f"{n}.txt", "", "txt", "paragraph", tuple(Unit(i, "paragraph", f"para {i + 1}", text) for i, text in enumerate(lines)))
        for n, lines in enumerate(papers)
    ]
    trust = check_answer(answer, question, render_documents(documents), documents, lang=lang)
    return trust.text, trust.claims[0].verdict


def swapped(paper: Paper, old: str, new: str) -> Paper:
    """A paper with other words in it."""
    return tuple(line.replace(old, new) for line in paper)


@pytest.mark.parametrize("papers", list(permutations((HIRE, LETTER))))
def test_it_changes_the_agreement_whichever_file_comes_first(papers: tuple[Paper, ...]) -> None:
    assert said(NEW, ASKED, *papers) == (NEW, "supported")
    text, verdict = said(OLD, ASKED, *papers)
    assert "within 25 days" in text
    assert text.endswith("Before the change: 40 days.")
    assert verdict == "supported"


@pytest.mark.parametrize("papers", list(permutations((ITAKU, OBOEGAKI))))
def test_it_changes_the_agreement_in_japanese(papers: tuple[Paper, ...]) -> None:
    assert said(NEW_JA, ASKED_JA, *papers, lang="ja") == (NEW_JA, "supported")
    text, verdict = said(OLD_JA, ASKED_JA, *papers, lang="ja")
    assert "30日以内" in text
    assert "変更前は" in text
    assert verdict == "supported"


@pytest.mark.parametrize("papers", list(permutations((HIRE, CLEANING, LETTER))))
def test_of_two_agreements_it_changes_the_one_it_names(papers: tuple[Paper, ...]) -> None:
    assert said(NEW, "Within how many days must an invoice of Corran be paid?", *papers)[1] == "supported"
    assert said(NEW, "Within how many days must an invoice of Sheen be paid?", *papers)[1] != "supported"
    assert said(NEW, ASKED, *papers)[1] == "unsure"  # which agreement is asked for is not said


@pytest.mark.parametrize("papers", list(permutations((ITAKU, HOSHU, OBOEGAKI))))
def test_of_two_agreements_it_changes_the_one_it_names_in_japanese(papers: tuple[Paper, ...]) -> None:
    assert said(NEW_JA, "三崎への委託料は何日以内に支払いますか。", *papers, lang="ja")[1] == "supported"
    hoshu = "甲は、請求書を受領した日から30日以内に保守料を支払います。"
    assert said(hoshu, "北川への保守料は何日以内に支払いますか。", *papers, lang="ja")[1] != "supported"


@pytest.mark.parametrize("papers", list(permutations((HIRE, LETTER))))
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Hire Agreement dated 4 May 2022", "Hire Agreement dated 4 May 2021"),  # of another day
        ("Hire Agreement dated 4 May 2022", "Storage Agreement dated 4 May 2022"),  # of another title
        ("Corran Plant Limited", "Barra Cranes Limited"),  # of other parties
        ("Hire Agreement dated 4 May 2022 (the \"Agreement\")", "We refer to the Agreement."),  # named by nothing
        ("Date: 2 March 2024", "We refer to the Lease dated 7 April 2020."),  # of two contracts
    ],
)
def test_one_that_is_perhaps_of_another_agreement_supports_nothing(old: str, new: str, papers: tuple[Paper, ...]) -> None:
    mixed = [swapped(p, old, new) if p is LETTER else p for p in papers]
    assert said(NEW, ASKED, *mixed)[1] in ("unsure", "contradicted")


@pytest.mark.parametrize("new", ["We refer to the Agreement.", "We refer to the Agreement between us."])
def test_nobody_knows_whose_it_is(new: str) -> None:
    letter = swapped(LETTER, LETTER[4], new)
    assert said(NEW, ASKED, HIRE, letter)[1] == "unsure"
    assert said(OLD, ASKED, HIRE, letter) == (OLD, "unsure")


def test_of_two_agreements_of_one_day_and_title_nobody_knows() -> None:
    twin = swapped(HIRE, "Corran Plant Ltd", "Barra Cranes Ltd")
    letter = tuple(line for line in LETTER if not line.startswith(("From", "To")))
    for papers in permutations((HIRE, twin, letter)):
        assert said(NEW, ASKED, *papers)[1] == "unsure"


@pytest.mark.parametrize(
    ("old", "new"), [("2022年5月4日付け", "2021年5月4日付け"), ("業務委託契約書（", "売買契約書（"), ("合同会社三崎", "株式会社西野")]
)
def test_one_of_another_agreement_supports_nothing_in_japanese(old: str, new: str) -> None:
    assert said(NEW_JA, ASKED_JA, ITAKU, swapped(OBOEGAKI, old, new), lang="ja")[1] in ("unsure", "contradicted")


def test_the_later_of_two_amendments_counts_by_its_day() -> None:
    second = tuple(
        line.replace("NO. 1", "NO. 2").replace("2 March 2024", "8 May 2027").replace("25 d", "15 d").replace("40", "25") for line in LETTER
    )
    for papers in permutations((HIRE, LETTER, second)):
        assert said("An invoice must be paid within 15 days of its receipt.", ASKED, *papers)[1] == "supported"
        assert said(NEW, ASKED, *papers) != (NEW, "supported")
    no_day = tuple(line for line in second if not line.startswith("Date"))
    rival = tuple(line.replace("25 days", "40 days").replace("15 days", "10 days") for line in no_day)
    for papers in permutations((HIRE, LETTER, rival)):
        assert said(NEW, ASKED, *papers)[1] != "supported"


def test_a_paper_that_only_speaks_of_the_agreement_is_not_changed() -> None:
    order = (
        "STATEMENT OF WORK",
        "This Statement of Work is made under the Hire Agreement dated 4 May 2022.",
        "2. Payment",
        "2.1 The crane driver is paid within 40 days of his report.",
    )
    answer = "The crane driver is paid within 25 days of his report."
    for papers in permutations((HIRE, order, LETTER)):
        assert said(answer, "Within how many days is the crane driver paid?", *papers)[1] != "supported"
