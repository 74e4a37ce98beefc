# ruff: noqa: E501 (one pattern a line)
"""Short turns that say yes to what was said before them: what people agreed on without anybody saying so."""

from __future__ import annotations

from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.sentences import Sentence

_YES_EN = lazy_pattern(
    r"(?i)\b(?:yes|yeah|yep|fine|good|great|ok|okay|agree[ds]?|sure|works?|suits?|happy|sense|perfect|right|lovely|excellent|exactly|absolutely|definitely|me too|same here|why not|with you|in favou?r|for it|support|fair|convinced|deal|done|settled|like (?:it|that)|(?:no|without|any) (?:objections?|problems?|complaints?|issues?|worries))\b"
)
_NO_EN = lazy_pattern(
    r"(?i)\b(?:(?<!why )not|cannot|never|but|however|unless|sorry|against|worse|hmm|wait|difficult|doubt|rather|instead|today|later|other)\b|n['’]t\b|^no\b(?! (?:objection|problem|complaint|issue|worr))|\?\s*$"
)
_YES_JA = lazy_pattern(
    r"はい|ええ|うん|賛成|同感|同意|了解|いいです|いいと思|よいと思|良いと思|いいですね|よろしい(?:です|かと)|大丈夫|結構|構いません|構わない|問題(?:は)?な|問題ありません|異論(?:は)?(?:な|あり)|異議(?:は)?(?:な|あり)|そうしましょう|それで(?:いい|お願い|いき|行き)|ぜひ|決ま|助かり"
)
_NO_JA = lazy_pattern(
    r"でも|しかし|ただ|けど|反対|難し|無理|困|嫌|もう少し|待って|別の|か[。？?]*$|[？?]\s*$|次回|また今度|あとで|後で"
)
_NOTHING_JA = lazy_pattern(
    r"(?:異論|異議|問題|文句|反対)(?:は|も)?(?:な|あり)(?:い|し|ません)|構(?:い|わ)(?:ません|ない)"
)  # says yes
_NEGATED_JA = lazy_pattern(r"ない|ません")
_LONGEST = {"en": 42, "ja": 18}  # characters of a nod
_FEW_WORDS, _FEW_JA = 6, 13  # words, characters of what may be one
_TURNS = 3  # within which a nod answers


def is_nod(sentence: Sentence, lang: str) -> bool:
    """Whether a short sentence says yes."""
    text = sentence.text.strip()
    if not sentence.speaker or len(text) > _LONGEST[lang]:
        return False
    if lang == "ja":
        rest = _NOTHING_JA.sub("はい", text)
        return bool(_YES_JA.search(rest)) and not _NO_JA.search(rest) and not _NEGATED_JA.search(rest)
    return bool(_YES_EN.search(text)) and not _NO_EN.search(text)


def may_nod(sentence: Sentence, lang: str) -> bool:
    """Whether a few words behind a proposal say nothing against it: a yes in words that nobody listed."""
    text = sentence.text.strip()
    few = len(text) <= _FEW_JA if lang == "ja" else len(text.split()) <= _FEW_WORDS
    against = (_NO_JA.search(text) or _NEGATED_JA.search(text)) if lang == "ja" else _NO_EN.search(text)
    return bool(sentence.speaker) and few and not against


def nods_after(sentences: Sequence[Sentence], at: int, lang: str, *, asked: bool = False) -> list[Sentence]:
    """Who says yes to a sentence right behind it, each once; nobody when somebody objects or goes on.

    One of them must say so in plain words, unless they were `asked`: then a few words that deny nothing do.
    """
    said = sentences[at]
    found: dict[str, Sentence] = {}
    plain = False
    for sentence in sentences[at + 1 : at + 2 * _TURNS]:
        if sentence.turn - said.turn > _TURNS:
            break
        if sentence.turn == said.turn:
            return []  # who proposes goes on: something else is answered
        if not (is_nod(sentence, lang) or may_nod(sentence, lang)):
            break
        plain = plain or is_nod(sentence, lang)
        if sentence.speaker != said.speaker:
            found.setdefault(sentence.speaker, sentence)
    return list(found.values()) if plain or asked else []
