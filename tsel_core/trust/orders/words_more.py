# ruff: noqa: E501 (one pattern a line)
"""Signs of an order in further languages: what was said before is to be ignored, and one word is to be answered.

Folded text: no accents over Latin, Greek and Cyrillic letters, lower case, a final sigma as a plain one. Verbs are in
the forms in which somebody is told to do it, which contracts and minutes hardly use.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from tsel_core.trust.orders.sign import Sign, near


@dataclass(frozen=True)
class Words:
    """Alternatives of one language: ignore, instructions; answer, only, (with the) word. `bound`: a part begins a word."""

    ignore: str
    instructions: str
    answer: str
    only: str
    word: str
    bound: bool = True

    def signs(self) -> tuple[Sign, ...]:
        """Two signs."""
        ignore, instructions, answer, only = map(self._part, (self.ignore, self.instructions, self.answer, self.only))
        word = rf"(?:\"|:|{self._part(self.word)})"
        one_word = rf"(?:{near(answer, only, 25)})[^.!?\n]{{0,30}}?{word}|{answer}[^.!?\n]{{0,25}}?{word}[^.!?\n]{{0,30}}?{only}"
        return Sign("ignore", near(ignore, instructions, 60), _literals(self.instructions)), Sign("format", one_word, _literals(self.only))

    def _part(self, pattern: str) -> str:
        return rf"\b(?:{pattern})" if self.bound else f"(?:{pattern})"


def _literals(pattern: str) -> tuple[str, ...]:
    """What a text must hold one of; these alternatives are plain words that may go on."""
    return tuple(alternative.removesuffix(r"\w*").removesuffix(r"\b") for alternative in pattern.split("|"))


def _folded(pattern: str) -> str:
    """Signs that compatibility forms divide."""
    return unicodedata.normalize("NFKC", pattern)


_DUTCH = Words(r"negeer\b|vergeet\b|volg niet\b", r"instructie\w*|opdracht\w*|aanwijzing\w*|regels", r"antwoord\b|reageer\b|zeg\b|schrijf\b", "alleen|enkel|slechts|uitsluitend", "woord")
_SCANDINAVIAN = Words(r"(?<!inte )(?<!att )(?<!ikke )(?<!at )ignorer[ae]?\b|bortse fran|se bort fra|glom\b|glem\b", r"instru\w*|anvisning\w*|regler", r"svara?\b|skriv\b", "endast|enbart|bara|kun|bare|utelukkende", r"ord(?:et)?\b")
_FINNISH = Words(r"ohita\b|unohda\b|ala noudata|jata huomiotta", r"ohje\w*|kasky\w*|kehot\w*", r"vastaa\b|kirjoita\b", "vain|ainoastaan|pelkastaan", "sana")
_POLISH = Words(r"(?:z?ignoruj|zapomnij|pomin)(?:cie)?\b", r"polecen\w*|instrukcj\w*|wskazow\w*|zasad\w*", r"(?:odpowiedz|odpowiadaj|napisz|wypisz)(?:cie)?\b", "tylko|wyłacznie|jedynie", "słow")
_CZECH = Words(r"(?:ignoruj|zapomen|zabudni|prehlizej)(?:te)?\b", r"pokyn\w*|instrukc\w*|prikaz\w*", r"(?:odpovez|odpovidej|odpovedz|odpovedaj|napis)(?:te)?\b", "pouze|jenom|jen|iba|len|vyhradne", "slov")
_HUNGARIAN = Words(r"hagyd? ?j?a? figyelmen kivul|felejtsd? ?e?l?\b|ne kovess?d?\b", r"utasitas\w*|parancs\w*|szabaly\w*", r"valaszolj\w*|irj(?:on|a|ad)?\b", "csak|kizarolag|csupan", "szo")
_ROMANIAN = Words(r"ignora(?:ti)?\b|uita(?:ti)?\b", r"instructiuni\w*|comenzi\w*|reguli\w*", r"raspunde(?:ti)?\b|scrie(?:ti)?\b", "doar|numai|exclusiv", "cuvant")
_CATALAN = Words(r"ignoreu?\b|ignora\b|oblideu?\b|oblida\b", r"instruccions|ordres|indicacions", r"respon(?:eu|gui)?\b|escriu\b", "nomes|unicament", "paraula")
_TURKISH = Words(r"yok say|gormezden gel|unut(?:un)?\b|dikkate alma(?:y[ıi]n)?(?= ve\b|[,.!;]|$)", r"talimat\w*|yonerge\w*|komut\w*", r"(?:cevap|yan[ıi]t) ver|yan[ıi]tla|cevapla\b", "yalnızca|yalnizca|sadece", "kelime|sozcu")
_INDONESIAN = Words(r"abaikan|lupakan|jangan ikuti", r"instruksi|perintah|arahan", r"jawab\w*|balas\w*|tulis\w*", "hanya|cuma", "kata")
_VIETNAMESE = Words(r"bo qua|phot lo|quen het|quen di|khong lam theo", r"huong dan|chi dan|chi thi|menh lenh", r"tra loi", "chi|duy nhat", r"tu\b")
_RUSSIAN = Words(r"(?:про)?игнориру(?:и|ите)\b|забудь(?:те)?\b|не (?:следуи|выполняи)(?:те)?\b", r"инструкци\w*|указани\w*|команд\w*|распоряжени\w*|промпт\w*", r"(?:отвечаи|ответь|напиши|выведи|скажи)(?:те)?\b", "только|лишь|исключительно", "слов")
_UKRAINIAN = Words(r"(?:про)?ігноруи(?:те)?\b|забудь(?:те)?\b", r"інструкці\w*|вказівк\w*|команд\w*", r"відповідаи(?:те)?\b|відповід(?:ь|аи)\b|напиши\b", "лише|тільки|виключно", "слов")
_GREEK = Words(r"αγνοησ(?:ε|τε)\b|ξεχασ(?:ε|τε)\b", r"οδηγι\w*|εντολ\w*", r"απαντησ(?:ε|τε)\b|γραψ(?:ε|τε)\b", "μονο|αποκλειστικα", "λεξη")
_ARABIC = Words("تجاهل|انس ", "تعليمات|أوامر|اوامر|توجيهات", "[أا]جب|[أا]جيبوا|اكتب|رد ", "فقط|حصرا", "كلمة", bound=False)
_PERSIAN = Words("نادیده بگیر|فراموش کن|نادیده بگير", "دستور|راهنما|فرمان", "پاسخ ?(?:بده|دهید)|جواب ?(?:بده|دهید)|بنویس", "فقط|تنها", "کلمه", bound=False)
_HEBREW = Words("התעלמ|התעלם|שכח", "הוראות|הנחיות|פקודות", "ענה|ענו|השב|השיבו|כתוב", "רק|בלבד", "מילה", bound=False)
_HINDI = Words("(?:अनदेखा|अनदेखी|नज\u093c?रअंदाज\u093c?) ?(?:कर|क\u093c?र)|भूल जा", "निर्देश|आदेश|हिदायत", "(?:उत्तर|जवाब) ?(?:दें|दो|दीजिए|दे)|लिख(?:ें|ो)", "केवल|सिर्फ|मात्र", "शब्द", bound=False)
_THAI = Words(_folded("ละเว้น|เพิกเฉย|ไม่ต้องสนใจ|อย่าสนใจ|ลืม"), _folded("คำสั่ง|คำแนะนำ|คำชี้แจง"), "ตอบ", _folded("เท่านั้น|เพียง"), _folded("คำว่า"), bound=False)

LATIN = tuple(s for words in (_DUTCH, _SCANDINAVIAN, _FINNISH, _POLISH, _CZECH, _HUNGARIAN, _ROMANIAN, _CATALAN, _TURKISH, _INDONESIAN, _VIETNAMESE) for s in words.signs())
OTHER_LETTERS = tuple(s for words in (_RUSSIAN, _UKRAINIAN, _GREEK, _ARABIC, _PERSIAN, _HEBREW, _HINDI, _THAI) for s in words.signs())
