"""A Yes or No in a language other than English and Japanese: it must go with the statement that follows it.

No rule here says what a clause of these languages makes of a question, so the Yes or No itself is never more than
unsure when it stands alone, but for a No before a clause that denies the very thing in plain words; before a statement
that says the opposite it is contradicted.
"""

from __future__ import annotations

from dataclasses import replace

from tsel_core.trust.claims.parts.claim import Claim
from tsel_core.trust.claims.parts.denial import has_denial_in, other_tongue, says_no_to
from tsel_core.trust.claims.parts.kinds import YES_NO, says_no


def led_in_other_tongue(claim: Claim, question: str, following: str = "") -> Claim | None:
    """The claim with its Yes or No judged by what is said behind it; None where it has none, or is in our two.

    `following` is the rest of the answer, for a Yes or No that is a sentence of its own.
    """
    lead = YES_NO.match(claim.text)
    if lead is None:
        return None
    said = claim.text[lead.end() :].strip(" ,.、。:：，!！") or following
    tongue = other_tongue(said, question)
    if not tongue:
        return None
    alone = said is following or not said
    if alone and says_no(claim.text) and says_no_to(question, said, tongue):
        return replace(claim, verdict="supported", why="")
    if said and says_no(claim.text) == (has_denial_in(said, tongue) != has_denial_in(question, tongue)):
        return replace(claim, verdict="unsure", why="yes-no") if alone else claim
    if says_no(claim.text) or not said:  # "No, the landlord pays" denies without a word that denies
        doubted = claim.verdict in ("contradicted", "not stated")
        return claim if doubted else replace(claim, verdict="unsure", why="yes-no")
    return replace(claim, verdict="contradicted", why="negation", detail=lead[0].strip())
