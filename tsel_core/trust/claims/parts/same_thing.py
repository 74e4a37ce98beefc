# ruff: noqa: E501 (tables of words)
"""Names of one thing, and what a thing is called by its kind in other words: a lorry is a truck, medical leave is sick leave.

Words for what is asked and what a paper calls it are text.alike_words; these stand for one another in the same place.
"""

from __future__ import annotations

_GROUPS = tuple(
    frozenset(words.split())
    for words in (
        "waste rubbish refuse garbage trash", "van truck lorry", "premises property", "less minus", "company firm business", "agreement contract",
        "fee charge price", "staff employees personnel workers", "shop store", "flat apartment", "car vehicle", "holiday vacation leave", "purchase acquisition",
        "older over above more upwards", "younger under below", "lease tenancy", "lease contract agreement", "period term duration length",
        "signature execution signing conclusion", "invoice bill", "order purchase",
        "customer client user", "tenant lessee renter", "landlord lessor owner", "sick sickness medical illness",
        "registered signed-up", "phone telephone", "email e-mail electronic", "temporary temp", "pet dog animal",
        "yearly annual", "parking car", "start commencement beginning", "end expiry termination completion", "final last closing",
        "postal mailing", "web online internet", "warranty guarantee", "delivery shipping freight transport", "salary wage pay", "travel transport",
        "料金 代金 価格 費用 対価 金額", "従業員 社員 職員", "賃料 家賃", "書面 文書", "契約書 契約", "終了 満了", "物件 建物", "休暇 休み 休業",
    )
)  # fmt: skip


def same_thing(one: str, two: str) -> bool:
    """Whether two words are names of one thing."""
    return one == two or any(one in group and two in group for group in _GROUPS)
