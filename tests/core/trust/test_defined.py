"""Who a party is, by the contract's own definitions."""

from __future__ import annotations

import pytest

from tsel_core.document import Document, Unit, render_documents
from tsel_core.trust.check import check_answer

LEASE = (
    "This Lease is made on 3 May 2026 between Ashgrove Holdings LLP, 12 Quay Street, Dover (the “Landlord”) and "
    "Brindle & Sons Limited, 5 Hill Road, Deal (hereinafter referred to as the “Tenant”).",
    "The Landlord shall keep the roof in repair. The Tenant shall keep the windows in repair.",
)
KEIYAKU = (
    "株式会社青葉運輸（以下「甲」という。）と有限会社藤見倉庫（以下「乙」という。）は、次のとおり契約を締結する。",
    "乙は、甲に対し、毎月の保管料を請求する。",
)
LISTED = (
    '(1) Corvane Marine, Inc., a corporation of Delaware (the "Buyer"); and',
    '(2) Ms. Ada Quill of 3 Mill Row, Hull (the "Seller").',
    "The Buyer shall pay the Seller.",
)


def _verdict(texts: tuple[str, ...], question: str, answer: str, lang: str = "en") -> list[str]:
    units = tuple(Unit(i, "paragraph", f"para {i + 1}", text) for i, text in enumerate(texts))
    documents = [Document("a.txt", "", "txt", "paragraph", units)]
    return [c.verdict for c in check_answer(answer, question, render_documents(documents), documents, lang=lang).claims]


@pytest.mark.parametrize(
    ("texts", "question", "answer", "verdict"),
    [
        (LEASE, "Who is the landlord?", "Ashgrove Holdings LLP", "supported"),
        (LEASE, "Who is the landlord?", "The landlord is Ashgrove Holdings LLP.", "supported"),
        (LEASE, "Who is the tenant?", "Brindle & Sons Limited is the Tenant.", "supported"),
        (LEASE, "Which company is the tenant in this lease?", "Brindle & Sons", "supported"),
        (LEASE, "Who is the landlord?", "Brindle & Sons Limited", "contradicted"),
        (LEASE, "Who is the tenant?", "The tenant is Ashgrove Holdings LLP.", "contradicted"),
        (LISTED, "Who is the buyer?", "Corvane Marine, Inc.", "supported"),
        (LISTED, "Who is the seller?", "Ms. Ada Quill", "supported"),
        (LISTED, "Who is the seller?", "The Seller is Corvane Marine, Inc.", "contradicted"),
        (KEIYAKU, "甲は誰ですか。", "株式会社青葉運輸", "supported"),
        (KEIYAKU, "乙はどの会社ですか。", "乙は有限会社藤見倉庫です。", "supported"),
        (KEIYAKU, "甲は誰ですか。", "甲は有限会社藤見倉庫です。", "contradicted"),
    ],
)
def test_who_a_party_is(texts: tuple[str, ...], question: str, answer: str, verdict: str) -> None:
    assert _verdict(texts, question, answer, "ja" if texts is KEIYAKU else "en") == [verdict]


@pytest.mark.parametrize("answer", ["Dover", "Hill Road", "LLP"])
def test_an_address_or_a_form_of_a_firm_is_no_party(answer: str) -> None:
    assert _verdict(LEASE, "Who is the landlord?", answer) != ["supported"]
