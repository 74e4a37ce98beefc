"""British and American spellings are one word wherever words are compared."""

from __future__ import annotations

import pytest

from tests.core.trust.test_claims import checked
from tsel_core.text.spelling import american, one_spelling
from tsel_core.trust.passages import features, stem


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("licences", "licenses"), ("sublicence", "sublicense"), ("offence", "offense"), ("practised", "practiced"), ("colours", "colors"), ("favourable", "favorable"),
        ("labour", "labor"), ("honoured", "honored"), ("centres", "centers"), ("kilometre", "kilometer"), ("organise", "organize"), ("authorisation", "authorization"),
        ("analysed", "analyzed"), ("cheques", "checks"), ("programmes", "programs"), ("judgement", "judgment"), ("instalments", "installments"), ("fulfil", "fulfill"),
        ("fulfilment", "fulfillment"), ("cancelled", "canceled"), ("travelling", "traveling"), ("enquiries", "inquiries"), ("advisers", "advisors"), ("centred", "centered"),
    ],
)  # fmt: skip
def test_one_stem(british: str, american: str) -> None:
    assert one_spelling(british) == american == one_spelling(american)
    assert stem(british) == stem(american)


@pytest.mark.parametrize(
    "word",
    ["hour", "tour", "court", "source", "fire", "entire", "acre", "promise", "revised", "premises", "franchise", "otherwise", "surprise", "supervised", "size", "fence", "residence", "installed", "called", "selling", "controlled", "basis", "lease", "please"],
)
def test_what_is_written_one_way_stays(word: str) -> None:
    assert one_spelling(word) == word


def test_words_of_a_text() -> None:
    assert american("the labour of the centre is unorganised") == "the labor of the center is unorganized"
    assert features("Instalment of the programme") == features("Installment of the program")


@pytest.mark.parametrize(
    ("line", "question", "yes"),
    [
        ("No license under any patent is granted to the Recipient.", "Is a licence granted to the Recipient?", "contradicted"),
        ("The Lessee shall not organize guided tours.", "May the Lessee organise guided tours?", "contradicted"),
        ("The Supplier may cancel any installment.", "May the Supplier cancel an instalment?", "supported"),
        ("Payment by check is not accepted.", "Is payment by cheque accepted?", "contradicted"),
        ("The Tenant may install a program in the data centre.", "Can the Tenant install a programme at the data center?", "supported"),
        ("The Supplier may cancel any delivery.", "May the Supplier cancel an instalment?", "unsure"),  # another word
        ("The promise is not revised.", "Is the premise revised?", "unsure"),
    ],
)
def test_a_yes_in_the_other_spelling(line: str, question: str, yes: str) -> None:
    (claim,) = checked("Yes.", question, (line, "The weather is fine.")).claims
    assert claim.verdict == yes
