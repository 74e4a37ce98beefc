# ruff: noqa: E501 (patterns)
"""Who signs for a party, and who a person is: the block of a contract's end with firm, title and name (party_blocks.py)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from tsel_core.document import SourceSpan
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.bare import without_blanks
from tsel_core.text.party_blocks import PartyBlock
from tsel_core.trust.claims.other_fact.defined import Named, block_span, definitions, name_of
from tsel_core.trust.claims.other_fact.opening import asks_parties
from tsel_core.trust.passages import PassageIndex

_TITLES = r"代表取締役(?:社長|会長)?|代表(?:社員|理事|者)|理事長|取締役社長|組合長|会長|社長|院長|園長|学長|所長|支店長|店主"
_ASKS_SIGNER = lazy_pattern(
    rf"^(?P<party>[^、は？?]{{1,24}}?)(?:側)?の(?:代表|{_TITLES}|署名者|記名(?:押印)?者|署名(?:した)?(?:人|者)|責任者)(?:の?(?:方|人|氏名|名前|お名前))?は(?:誰|だれ|どなた|何)"
    r"|^(?P<of>[^、は？?]{1,24}?)を代表(?:する|して(?:いる)?)(?:の|人|方)は(?:誰|だれ|どなた)|^(?:誰|だれ|どなた)が(?P<for>[^、は？?]{1,24}?)(?:を代表|として署名|の代表|側で署名)"
)
_ASKS_WHO = lazy_pattern(r"^(?P<party>[^、は？?]{1,12}?)(?:の?(?:氏名|名前))?は(?:誰|だれ|どなた)")
_END = lazy_pattern(r"(?:さん|氏|様)?(?:です|である|でした|となっています|になります)?[。.\s]*$")


def signer_stated(claim: str, question: str, index: PassageIndex) -> Named | None:
    """What the blocks of a contract make of a claim that names a person; None where they or the question say nothing."""
    said = without_blanks(_END.sub("", claim.strip()))
    asked = _ASKS_SIGNER.match(question.strip())
    who = asked or _ASKS_WHO.match(question.strip())
    if who is None or not said:
        return None
    party = without_blanks(next(g for g in who.groups() if g))
    own = [(doc, b) for doc, b in _all(index) if _is_party(party, b)]
    others = [b for doc, b in _all(index) if not _is_party(party, b) and any(doc == d for d, _ in own)]
    people = {without_blanks(b.person) for _, b in own if b.person}
    named = {without_blanks(n) for _, b in own for n in (b.person, b.name) if n}
    wrong = next((p for b in others for p in (b.person, b.name) if p and without_blanks(p) in said and without_blanks(p) not in named), "")
    if not own or len({without_blanks(b.name) for _, b in own}) > 1:
        return None
    doc, block = own[0]
    if wrong and not any(p in said for p in people):
        return Named(block_span(doc, block), f"{wrong} / {block.person or block.name}", True)
    if asked is None or not people:
        return None
    if any(p in said for p in people) and not wrong:
        place = next((b for _, b in own if b.person and without_blanks(b.person) in said), block)
        if any(title not in without_blanks(" ".join(line.text for line in place.lines)) for title in re.findall(_TITLES, said)):
            return None  # another title than the paper's
        rest = said
        for part in sorted({*people, *named, *(without_blanks(c) for c in place.called)}, key=len, reverse=True):
            rest = rest.replace(part, "")
        return Named(_signed(doc, place)) if not re.sub(rf"{_TITLES}|代表|の|は|が|[、。（）()「」]", "", rest) else None
    return Named(block_span(doc, block), f"{said} / {block.person}") if len(said) <= 2 * len(max(people, key=len)) else None


def parties_stated(claim: str, question: str, index: PassageIndex) -> Named | None:
    """What definitions and layout make of a claim that names the parties, each with its own role or with none.

    None where the claim says more, names one of them alone, or somebody who is none.
    """
    if not asks_parties(question):
        return None
    known = [(d.span, d.called, name_of(d.words)) for d in definitions(index)]
    known += [(block_span(doc, b), called, b.name) for doc, b in _all(index) for called in b.called]
    plain = _spaced(_END.sub("", claim.strip()).casefold())
    found = {_spaced(name.casefold()): span for span, _, name in known if len(name) > 2 and _spaced(name.casefold()) in plain}
    names = [n for n in found if not any(n != o and n in o for o in found)]
    if len(names) < 2 or len({found[n].doc_index for n in names}) > 1:
        return None
    roles = {n: {called.casefold() for _, called, name in known if _spaced(name.casefold()) == n} for n in names}
    for piece in _pieces(plain, names):
        inside = [n for n in names if n in piece]
        if len(inside) != 1:
            return None  # one of them is named twice
        own = inside[0]
        for other in names:
            wrong = next((c for c in roles[other] - roles[own] if _says(c, piece.replace(own, " "))), "") if other != own else ""
            if wrong:
                return Named(found[own], f"{own} / {wrong}", True)
    rest = plain
    for word in sorted({*names, *(c for n in names for c in roles[n])}, key=len, reverse=True):
        rest = rest.replace(word, " ")
    return Named(found[names[0]]) if not re.sub(r"[\W\d_]+", "", _AROUND.sub(" ", rest)) else None


_AROUND = lazy_pattern(r"\b(?:the|parties|party|are|were|is|to|of|in|this|contract|agreement|lease|licen[cs]e|between|and|as|an?|while|on|one|other|hand|side|first|second)\b|契約(?:書)?|当事者|この|本|です|である|であり|で|および|及び|並びに|[とはがの間]")


def _pieces(text: str, names: list[str]) -> list[str]:
    """The claim cut so that each piece holds one name; whole pieces of none go with the name behind them."""
    places = sorted((text.index(n), text.index(n) + len(n)) for n in names)
    cuts = [0]
    for (_, end), (start, _) in itertools.pairwise(places):
        between = re.search(r"\band\b|[,;、，]|(?<=[^\s])と", text[end:start])
        cuts.append(end + between.start() if between else start)
    return [text[a:b] for a, b in zip(cuts, [*cuts[1:], len(text)], strict=True)]


def _says(called: str, text: str) -> bool:
    return called in text if not called.isascii() else re.search(rf"\b{re.escape(called)}\b", text) is not None


def _spaced(text: str) -> str:
    """Japanese without spaces, other words with single ones."""
    return re.sub(r"(?<=[\u3041-\u9fff])\s+(?=[\u3041-\u9fff])", "", " ".join(text.split()))


def _all(index: PassageIndex) -> Iterator[tuple[int, PartyBlock]]:
    for doc, blocks in enumerate(index.party_blocks):
        for block in blocks:
            yield doc, block


def _is_party(party: str, block: PartyBlock) -> bool:
    return party in block.called or (len(party) > 2 and party in without_blanks(block.name))


def _signed(doc: int, block: PartyBlock) -> SourceSpan:
    line = next(line for line in block.lines if block.person in line.text)
    return SourceSpan(doc, line.unit, line.start, line.end)
