"""A rule for a thing as such, by its noun, is found where leave is asked; what it does not name word for word it does not decide."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import yes_and_no
from tsel_core.document import Document, Unit
from tsel_core.evidence.locating.kind import question_kind
from tsel_core.evidence.locating.locate import Locator
from tsel_core.evidence.locating.plain_words import ruled_near, told_plainly
from tsel_core.trust.passages import PassageIndex

LINES = (
    "RULES OF THE HOUSE",
    "1. Subletting is not permitted. A guest may stay for up to nine nights.",
    "2. Assignment of this agreement is prohibited.",
    "3. No candles.",
    "4. Smoking is forbidden in the lobby.",
    "5. Pets are not allowed, except fish.",
    "6. Storage of prams in the cellar is permitted.",
    "7. Grilling is not allowed without a permit.",
    "8. Cooking in the rooms is forbidden; the kitchen may be used by everybody.",
    "10. Drumming is forbidden in the building.",
    "9. Overnight parking is not permitted. Nurses may park overnight.",
)
JA = (
    "第1条 部屋の又貸しは禁止する。",
    "第2条 館内は禁煙とする。",
    "第3条 ペットの飼育は認めない。",
    "第4条 利用権の譲渡は、これを認めない。",
    "第5条 ロビーでの飲食は禁止する。",
    "第6条 原本の社外への持ち出しは禁止する。",
)


def located(lines: tuple[str, ...]) -> Locator:
    units = tuple(Unit(i, "paragraph", str(i), line) for i, line in enumerate(lines))
    return Locator(PassageIndex.build([Document("a.txt", "0", "txt", "paragraph", units)]))


def near(question: str, lines: tuple[str, ...]) -> bool | str | None:
    """What a rule that is near says, "" where none is."""
    rule = ruled_near(question_kind(question), located(lines))
    return "" if rule is None else rule.says


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("May the tenant sublet the unit?", "unsure", "unsure"),
        ("Can I sublet my flat to a student?", "unsure", "unsure"),
        ("Is subletting allowed?", "contradicted", "supported"),
        ("Is subletting forbidden?", "supported", "contradicted"),
        ("May the tenant assign this agreement to a friend?", "unsure", "unsure"),
        ("May I burn candles in my room?", "unsure", "unsure"),
        ("May visitors smoke in the lobby?", "unsure", "unsure"),
        ("May visitors smoke on the roof?", "unsure", "unsure"),  # another place
        ("May I keep a dog?", "unsure", "unsure"),
        ("May I keep goldfish?", "unsure", "unsure"),  # what is excepted
        ("Can a pram be stored in the cellar?", "supported", "contradicted"),
        ("Can a bicycle be stored in the cellar?", "unsure", "unsure"),
        ("May I grill?", "contradicted", "unsure"),  # with a permit
        ("May I cook in the kitchen?", "unsure", "unsure"),  # the rooms
        ("May nurses park overnight?", "supported", "contradicted"),  # the next sentence lets them
        ("May visitors park overnight?", "unsure", "unsure"),
        ("May the tenant assign his claims?", "unsure", "unsure"),  # the agreement
        ("May I drum on the terrace?", "unsure", "unsure"),  # the building
        ("May I drum outside the building?", "unsure", "unsure"),
        ("May I drum in the building at noon?", "unsure", "unsure"),
        ("May I drum?", "contradicted", "supported"),
        ("Is parking for prams allowed?", "unsure", "unsure"),
    ],
)
def test_english(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, LINES) == (yes, no)


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("部屋を転貸できますか。", "unsure", "unsure"),
        ("部屋をまた貸ししてもよいですか。", "contradicted", "supported"),
        ("館内でたばこを吸えますか。", "unsure", "unsure"),
        ("犬を飼えますか。", "unsure", "unsure"),
        ("利用権を友人に譲れますか。", "unsure", "unsure"),
        ("原本を社外に持ち出せますか。", "contradicted", "supported"),
        ("駐車場でたばこを吸えますか。", "unsure", "unsure"),  # 館内
        ("会議室で飲食できますか。", "unsure", "unsure"),  # the lobby
        ("部屋を改装できますか。", "unsure", "unsure"),
    ],
)
def test_japanese(question: str, yes: str, no: str) -> None:
    assert yes_and_no(question, JA, "ja") == (yes, no)


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("May visitors smoke on the roof?", None),
        ("May I keep goldfish?", False),
        ("May nurses park overnight?", None),
        ("May I paint my door?", ""),
        ("Who may sublet the unit?", ""),
    ],
)
def test_a_rule_that_speaks_of_it_is_found(question: str, says: bool | str | None) -> None:
    assert near(question, LINES) == says


@pytest.mark.parametrize(
    ("question", "text", "forbidden"),
    [
        ("Is the tenant allowed to sublet half of the floor?", "The Tenant shall not underlet part.", True),
        ("Can the hirer sell the pump?", "The Hirer must not sell or lend the pump.", True),
        ("Can the hirer sell the pump?", "The Hirer may sell the pump.", False),
        ("Can the hirer sell the pump?", "The Hirer shall not lend the pump.", False),
        ("Does the hirer sell the pump?", "The Hirer shall not sell the pump.", False),  # no leave is asked for
    ],
)
def test_what_is_forbidden_of_whatever_part_is_spoken_of(question: str, text: str, forbidden: bool) -> None:
    assert near(question, (text,)) == (None if forbidden else "")


@pytest.mark.parametrize(
    ("question", "text", "says"),
    [
        ("May the tenant sublet?", "The Tenant shall not underlet part.", ""),
        ("May the tenant sublet?", "The Tenant shall not sublet the whole or any part.", "no"),
        ("May the tenant sublet the flat?", "The Tenant shall not sublet any part of the flat.", "no"),
    ],
)
def test_a_ban_on_a_part_alone_is_none_on_the_whole(question: str, text: str, says: str) -> None:
    told = told_plainly(question_kind(question), located((text,)))
    assert ("" if told is None else "yes" if told.says else "no") == says
