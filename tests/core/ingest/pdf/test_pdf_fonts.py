"""Fonts that do not say, or say wrongly, which characters they show: such pages are never read as certain."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from broken_fonts import FONTS, changed, private_map, shifted, shuffled, typeset, without_map

from tests.core.ingest.formats.test_kinds import read
from tsel_core.errors import UnreadableDocument
from tsel_core.ingest.pdf.letter_shares import letters_of_none, likeness

SENTENCES = {
    "en": "The lessee shall pay the rent in advance, not later than the fifth working day of each month. Notice is given in writing and takes effect when the other party has received it. If the premises are destroyed by fire, this agreement ends and no rent is due from then on. The landlord may enter the premises at any reasonable time after a written announcement.",
    "de": "Der Mieter zahlt die Miete im Voraus bis zum fünften Werktag eines jeden Monats. Die Kündigung bedarf der Schriftform und wird mit dem Zugang bei der anderen Partei wirksam. Werden die Räume durch einen Brand zerstört, so endet der Vertrag, und es ist keine Miete mehr zu zahlen. Der Vermieter darf die Räume nach vorheriger Ankündigung betreten.",
    "fr": "Le locataire paie le loyer d'avance, au plus tard le cinquième jour ouvrable de chaque mois. Le congé est donné par écrit et prend effet lorsque l'autre partie l'a reçu. Si les locaux sont détruits par un incendie, le contrat prend fin et aucun loyer n'est dû à partir de ce moment. Le bailleur peut entrer dans les locaux après un avis écrit.",
    "it": "Il conduttore paga il canone in anticipo, entro il quinto giorno lavorativo di ogni mese. La disdetta è data per iscritto e ha effetto quando l'altra parte l'ha ricevuta. Se i locali sono distrutti da un incendio, il contratto termina e da allora non è dovuto alcun canone. Il locatore può entrare nei locali dopo un avviso scritto.",
    "es": "El arrendatario paga la renta por adelantado, a más tardar el quinto día hábil de cada mes. El aviso se da por escrito y surte efecto cuando la otra parte lo ha recibido. Si los locales son destruidos por un incendio, el contrato termina y no se debe renta alguna desde entonces. El arrendador puede entrar en los locales tras un aviso escrito.",
    "id": "Penyewa membayar uang sewa di muka paling lambat pada hari kerja kelima setiap bulan. Pemberitahuan diberikan secara tertulis dan berlaku ketika pihak lain telah menerimanya. Jika bangunan musnah karena kebakaran, perjanjian ini berakhir dan tidak ada sewa yang harus dibayar sejak saat itu. Pemilik boleh masuk setelah pemberitahuan tertulis.",
}  # fmt: skip
JAPANESE = (
    "借主は、毎月五日までに翌月分の賃料を貸主の指定する口座に振り込んで支払うものとする。解約の申し入れは書面によって行い、相手方に到達したときに効力を生ずる。"
    "建物が火災によって使えなくなったときは、この契約は終わり、それからの賃料は支払わなくてよい。貸主は、あらかじめ知らせたうえで、建物に立ち入ることができる。"
    "ここに定めのないことについては、そのつど両者が誠意をもって話し合い、互いに納得できるように決めるものとし、決まらないときは調停にかける。"
)


def case(code: int) -> int:
    return 0 if chr(code).islower() else 1 if chr(code).isupper() else 2


def page(rng: random.Random, language: str) -> list[str]:
    """Lines of a page in a language."""
    sentences = SENTENCES[language].split(". ")
    text = ". ".join(rng.choices(sentences, k=12))
    return [text[at : at + 80] for at in range(0, len(text), 80)]


def ways(rng: random.Random) -> dict[str, Callable[[Any], None]]:
    return {
        "no map": without_map,
        "private signs": private_map,
        "other order": shuffled(rng),
        "other order of small and capital letters": shuffled(rng, within=case),
        "one further": shifted(rng.choice([1, 2, 3, 7, 13])),
    }


def is_doubted(data: bytes) -> bool:
    """Refused, or named and graded."""
    try:
        document = read(data, "a.pdf")
    except UnreadableDocument as error:
        return "--ocr" in (error.hint or "")
    units = [u for u in document.units if u.in_flow]
    return bool(document.warnings) and all(u.grade == "low" for u in units)


@pytest.mark.parametrize("way", ways(random.Random(0)))
def test_pages_of_wrong_letters_are_never_certain(way: str) -> None:
    found = []
    for seed in range(8):
        for language in SENTENCES:
            rng = random.Random(f"{way} {language} {seed}")
            found.append(is_doubted(changed(typeset([page(rng, language)], rng.choice(FONTS)), ways(rng)[way])))
    assert sum(found) / len(found) >= (0.95 if way.startswith("other") else 1.0)


def test_pages_of_right_letters_are_certain() -> None:
    for seed in range(8):
        for language in SENTENCES:
            rng = random.Random(f"right {language} {seed}")
            document = read(typeset([page(rng, language)], rng.choice(FONTS)), "a.pdf")
            assert not document.warnings
            assert all(u.grade != "low" for u in document.units)


def test_one_bad_page_is_named_and_the_others_are_read() -> None:
    from io import BytesIO

    from pypdf import PdfReader, PdfWriter

    rng = random.Random(3)
    good = [typeset([page(rng, "en")]) for _ in range(3)]
    bad = changed(typeset([page(rng, "en")]), without_map)
    writer, out = PdfWriter(), BytesIO()
    for data in (good[0], bad, *good[1:]):
        writer.append(PdfReader(BytesIO(data)))
    writer.write(out)
    document = read(out.getvalue(), "a.pdf")
    assert "garbled text on page 2" in document.warnings
    assert any("--ocr" in w for w in document.warnings)
    assert {u.page for u in document.units if u.in_flow and u.grade == "certain" and u.text} == {1, 3, 4}
    assert all(u.grade == "low" for u in document.units if u.page == 2)


def test_kana_of_another_order() -> None:
    kana = [chr(code) for code in range(0x3041, 0x3094)]
    assert letters_of_none(JAPANESE) == ""
    for seed in range(30):
        other = kana[:]
        random.Random(seed).shuffle(other)
        assert letters_of_none(JAPANESE.translate(dict(zip(map(ord, kana), other, strict=True)))) == "all"
    assert letters_of_none("".join(chr(ord(c) + 1) if c in kana else c for c in JAPANESE)) == "all"


def test_few_letters_say_nothing() -> None:
    assert likeness("QX-4711 / ZK-09 / WX 88")[0] is None
    assert letters_of_none("zxqj " * 10) == ""
