# ruff: noqa: E501 (lists of words)
"""Languages beyond the two that the program speaks: their names, their small words, and which of them a text is in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from tsel_core.lazy_pattern import lazy_pattern

# code (ISO 639-1) -> English name, for the model; those that models of the catalogue were trained to write
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi",
    "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian",
    "lv": "Latvian", "ms": "Malay", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "th": "Thai", "tl": "Tagalog",
    "tr": "Turkish", "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip

_SMALL = {
    "de": "der die das den dem des ein eine einen einem einer eines und oder aber nicht kein keine keinen ist sind war waren wird werden wurde wurden hat haben hatte kann können darf dürfen muss müssen soll sollen mit von vom zu zum zur für auf aus bei beim nach über unter durch gegen um an am im es er sie wir ich ihr ihre ihren seine seiner sich auch als wie was wer wem wen wann wo warum wieviel welche welcher welches welchen dass ob wenn nur noch schon bis ab pro je dieser diese dieses diesem diesen hier viel lang lange hoch",
    "fr": "le la les un une des du de et ou mais ne pas est sont était être a ont avait peut peuvent doit doivent avec pour par sur sous dans en au aux chez entre qui que qu quoi quand où comment combien quel quelle quels quelles pourquoi ce cet cette ces il elle ils elles nous vous je se son sa ses leur leurs si plus moins très aussi est-ce oui non",
    "es": "el la los las un una unos unas y o u pero no es son era fue ser está están ha han había puede pueden debe deben podrá deberá con por para de del al a en entre sobre sin que qué quién quiénes cuándo dónde cómo cuánto cuánta cuántos cuántas cuál cuáles este esta estos estas ese esa su sus se lo le les si sí más menos muy también como hay",
    "it": "il lo la i gli le un uno una e ed o ma non è sono era essere ha hanno aveva può possono deve devono con per di del della dei degli delle dello al alla ai agli alle da dal dalla in nel nella nei nelle su sul sulla tra fra che chi quando dove come quanto quanta quanti quante quale quali qual perché questo questa questi queste suo sua suoi sue si ci se anche più meno molto",
    "pt": "o a os as um uma uns umas e ou mas não é são era foi ser está estão tem têm há pode podem deve devem com por para de do da dos das ao à aos às em no na nos nas entre sobre sem que quem quando onde como quanto quanta quantos quantas qual quais porquê este esta estes estas esse essa seu sua seus suas se lhe lhes também mais menos muito",
    "nl": "de het een en of maar niet geen is zijn was waren wordt worden heeft hebben kan mag moet met van voor op uit bij naar over onder door tegen om aan in er ook als hoe wat wie wanneer waar waarom welke dit deze die dat",
    "en": "the a an of to in on at by for from with and or not no is are was were be been has have had it its this that these those as if but so than then they he she his her we our you your what when where which who why how whom do does did will shall may can could should would must any all each per",
}
SMALL_WORDS = {tongue: frozenset(words.split()) for tongue, words in _SMALL.items()}
# words that tell a language and are no small ones: what is asked of office papers, and how
_TELLING = {
    "de": "vertrag vertrags vertrages mieter vermieter frist zahlung rechnung betrag kündigung laufzeit haftung gilt gibt zahlt laut bitte besteht lautet heißt wieviele darf endet beginnt nenne nennen fasse fassen zusammen erkläre erklären beschreibe liste",
    "fr": "contrat loyer locataire bailleur montant délai durée paiement facture société résilier sont-elles doit-il peut-on on faut oui fin jusque jours mois mensuel mensuelle annuel signé payer paie l résumez résume citez listez donnez expliquez décrivez",
    "es": "contrato renta arrendatario arrendador plazo importe fecha pago factura duración alquiler días meses entrega vence firma empresa anual mensual pagar paga resuma enumere explique describa precio",
    "it": "contratto canone conduttore locatore termine importo data pagamento fattura durata scade rinnova ammonta giorni mesi consegna società mensile annuo pagare paga spese entro disdetta l fino prezzo riassumi riassuma elenca spiega descrivi",
    "pt": "contrato aluguel aluguer locatário locador prazo valor data pagamento fatura duração dias meses entrega vence empresa mensal anual pagar paga quem é resuma liste descreva preço explique",
    "nl": "overeenkomst huurder verhuurder huur termijn bedrag betaling factuur looptijd",
    "en": "contract agreement tenant landlord term deadline amount payment invoice fee price rent notice party parties name days months deliver pays paid",
}
_TELLS = {tongue: SMALL_WORDS[tongue] | frozenset(words.split()) for tongue, words in _TELLING.items()}
# letters, words and endings that only one of them has
_SIGNS = {
    "de": "[ßäöü]", "fr": "[çœêèùûîëï]|\\b[dnsqjc]['’]|\\bqu['’]|-t-(?:il|elle|on)\\b|-(?:ils?|elles?)\\b", "es": "[ñ¿¡]|ción\\b", "pt": "[çãõê]|\\bo \\w+[oe]\\b|ção\\b|ções\\b",
    "it": "\\b(?:dell|all|nell|sull|un|dall|dov|quant|qual)['’]|[òì]|zion[ei]\\b|tà\\b", "en": "n['’]t\\b",
}  # fmt: skip
# of Chinese alone: words of its grammar; characters that Japan's code pages do not have are its simplified forms
_CHINESE = lazy_pattern("[這麼您於從說對應兩嗎哪們]|什[么麼]|是否|能否|如何|几[天个日年月次]|提前|多[久长長]|多少[？?天元]|可以|不得(?!意|手)|(?<![于於])是(?![正非認])(?=[\u4e00-\u9fff])")
_LEAST, _TOLD = 1.0, 3.0  # words that tell a question's language, a document's: below it nothing does
_JAPANESE_HAN = lazy_pattern("[込働峠畑円対応売読気経験県実図団国会発単価変検査関総続転録観覧営業歳帰戻両]")
_WORD = lazy_pattern(r"[^\W\d_]+")
_ADDRESS = lazy_pattern(r"\S+@\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:com|net|org|co|de|fr|es|it|pt|eu|jp|uk)\b(?!\w)")  # "com" of a firm's name is no word


def tongue_of(text: str) -> str:
    """The language that a text is in, as its code; "" where nothing tells (a name, a number), or it is none of ours.

    A word that several languages have counts for each by its share. Of languages that say the same English comes first,
    then the first of the table.
    """
    if re.search("[\u3041-\u30fa]", text):
        return "ja"
    if re.search("[\uac00-\ud7af]", text):
        return "ko"
    if re.search("[\u3400-\u9fff]", text):
        return "zh" if is_chinese(text) else "ja"
    low = _small(text)
    scores = _scores(_WORD.findall(low))
    for tongue, pattern in _SIGNS.items():
        scores[tongue] += 1.5 * len(re.findall(pattern, low))
    best = max(scores.values())
    if best < _LEAST:
        return ""
    return "en" if scores["en"] == best else next(t for t, score in scores.items() if score == best)


def tongues_in(text: str) -> frozenset[str]:
    """The languages that a long text is in, by how many different words of each it has; empty where too few tell."""
    wide = [c for c in text if ord(c) > 0x2E7F and c.isalpha()]
    found = {tongue_of("".join(wide))} if 20 * len(wide) >= max(1, sum(map(str.isalpha, text))) else set()
    scores = _scores(set(_WORD.findall(_small(text))))
    best = max(scores.values())
    found |= {tongue for tongue, score in scores.items() if score >= max(_TOLD, best / 3)}
    return frozenset(found)


def _small(text: str) -> str:
    return _ADDRESS.sub(" ", unicodedata.normalize("NFC", text).casefold())


def _scores(words: Iterable[str]) -> dict[str, float]:
    """What words say for each language."""
    scores = dict.fromkeys(_TELLS, 0.0)
    for word in words:
        having = [t for t, known in _TELLS.items() if word in known]
        for tongue in having:
            scores[tongue] += 1 / len(having)
    return scores


def is_chinese(text: str) -> bool:
    """Whether a text in Han characters is Chinese: no kana, and signs that Japanese has not."""
    if re.search("[\u3041-\u30fa]", text):
        return False
    signs = len(_CHINESE.findall(text)) + sum(_is_simplified(c) for c in text if "\u3400" <= c <= "\u9fff")
    return signs > len(_JAPANESE_HAN.findall(text))


@lru_cache(maxsize=8192)
def _is_simplified(char: str) -> bool:
    return _encodes(char, "gb2312") and not _encodes(char, "cp932")


def _encodes(char: str, codec: str) -> bool:
    try:
        char.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def folded(word: str) -> str:
    """A word without its accents."""
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
