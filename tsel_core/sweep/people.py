"""Who was there: speakers and people named as present, and whom a name in a sentence means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.sentences import Sentence

_TITLE = r"(?:Mr|Mrs|Ms|Miss|Dr|Prof|Sir)\.?\s+"
_TITLED = lazy_pattern(rf"\b{_TITLE}([A-Z][\w'’-]+)")
_PRESENT_JA = lazy_pattern(r"(?:出席者?|参加者?)\s*[】:：は]+\s*(.+)")
_NAME_JA = r"[\u4e00-\u9fffァ-ヶー々]{1,6}"
_HONOUR = (
    r"(?:さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|社長|専務|常務|取締役|先生|委員長|委員|リーダー|マネージャー)"
)
_ROLE_JA = lazy_pattern(
    r"(?:部長|課長|係長|主任|社長|専務|常務|取締役|委員長|委員|責任者|司会)\s*([\u4e00-\u9fff]{1,5})(?=[／/、，,）)]|$)"
)
_ROLE = lazy_pattern(
    r".*(?:長|員|役|任|事|監|師|者|掛|係|付|部|課|室|班|担当|司書|演出|制作|美術|教授|会計|受付|リーダー|マネージャー)"
)
_ATTENDS = lazy_pattern(r"(?i)\b(?:present|attend|role|name|apolog|chair)")


@dataclass(frozen=True)
class People:
    """Full names by each way of calling them. `chair` is who leads the meeting, "" when nobody does."""

    by_call: dict[str, str]
    chair: str = ""

    @property
    def calls(self) -> list[str]:
        """Every way of calling somebody, longest first."""
        return sorted(self.by_call, key=len, reverse=True)

    def pattern(self) -> str:
        """A pattern for anybody's name, with title or honorific where there is one; matches nothing when empty."""
        if not self.by_call:
            return r"(?!)"
        names = "|".join(re.escape(c) for c in self.calls)
        return rf"(?:{_TITLE})?(?P<name>{names})(?:{_HONOUR})?"

    def resolve(self, name: str) -> str:
        """The full name behind a way of calling somebody; the words as they are when unknown."""
        bare = re.sub(rf"^{_TITLE}|{_HONOUR}$", "", name.strip())
        return self.by_call.get(bare) or self.by_call.get(name.strip()) or bare


def find_people(sentences: Sequence[Sentence]) -> People:
    """Speakers, names with a title, the attendance list; the chair is who opens the meeting."""
    full = list(dict.fromkeys(s.speaker for s in sentences if s.speaker))
    full += [n for n in _attending(sentences) if n not in full]
    by_call: dict[str, str] = {}
    for name in full:
        by_call.setdefault(name, name)
    for part in (-1, 0):  # family name, given name
        seen: dict[str, set[str]] = {}
        for name in full:
            japanese = re.fullmatch(r"[\u4e00-\u9fff々ァ-ヶー]+(?: [\u4e00-\u9fff々ァ-ヶー]+)+", name) is not None
            if japanese and _ROLE.fullmatch(name.split()[part]):
                continue
            if " " in name and (name[:1].isupper() or japanese):
                seen.setdefault(name.split()[part], set()).add(name)
        for call, names in seen.items():
            if len(names) == 1 and len(call) > 1 and call.lower() not in _NOT_NAMES:
                by_call.setdefault(call, next(iter(names)))
    for sentence in sentences:
        for match in _TITLED.finditer(sentence.text):
            by_call.setdefault(match[1], match[0])
    return People(by_call, _chair(sentences))


_NOT_NAMES = frozenset(
    ["the", "project", "user", "industrial", "marketing", "manager", "speaker", "unknown", "interface", "designer"]
)


def _attending(sentences: Iterable[Sentence]) -> list[str]:
    found: list[str] = []
    header: tuple[str, ...] = ()
    for sentence in sentences:
        if sentence.cells:
            if any(_ATTENDS.search(c) for c in sentence.cells) and len(sentence.cells) >= 2:
                header = sentence.cells
            elif header and re.fullmatch(r"(?:[A-Z][\w'’-]+\s?){2,3}", sentence.cells[0]):
                found.append(sentence.cells[0])
            continue
        header = ()
        match = _PRESENT_JA.search(sentence.text)
        if match:
            found += _ROLE_JA.findall(match[1])
            named = re.split(r"[、，,・／/]", re.sub(r"の[0-9一二三四五六七八九十]+名.*", "", match[1]))
            found += [re.sub(r"(?<=.)(?:様|氏|殿|君)$", "", n) for n in named if re.fullmatch(_NAME_JA, n)]
    return found


def _chair(sentences: Sequence[Sentence]) -> str:
    """Who speaks first; "" where nobody speaks."""
    return next((s.speaker for s in sentences if s.speaker), "")
