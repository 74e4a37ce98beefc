"""What the model is asked to do. An answer's language follows its question, a summary's the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from tsel_core.config import check_one_of
from tsel_core.prompts.library import prompt_in, prompt_text
from tsel_core.prompts.styles import OwnStyle
from tsel_core.text.language import Lang, detect_lang
from tsel_core.text.tongue import LANGUAGES, tongue_of

Style = Literal["brief", "minutes", "report"]

NOT_FOUND: dict[str, str] = {tongue: prompt_in("ask", "not_found", tongue) for tongue in LANGUAGES}
"""What a model is asked to say when the document does not, by the answer's language; the words of the prompt."""


@dataclass(frozen=True, slots=True)
class Task:
    """What stands around the document: `system`, then the document, then `instruction` + `question`.

    `question` is the user's own words (never parsed for special tokens), "" for a summary without focus.
    """

    kind: Literal["ask", "summarize"]
    lang: Lang
    system: str
    instruction: str
    question: str = ""
    style: Style | None = None  # of a summary
    length: int | None = None  # of a summary: words, in Japanese characters
    own: OwnStyle | None = None  # of a summary: sections of the user's own
    tongue: str = ""  # code of the answer's language where it is neither English nor Japanese

    @property
    def answer_lang(self) -> str:
        """The code of the language that the answer is written in."""
        return self.tongue or self.lang


def ask_task(question: str, lang: str | None = None) -> Task:
    """Answer one question; the language of the question decides unless `lang`, the code of any language, is given."""
    _check_tongue(lang)
    tongue = lang or tongue_of(question)
    chosen: Lang = tongue if tongue in ("en", "ja") else "en" if tongue else detect_lang(question)  # type: ignore[assignment]
    written = tongue if tongue in LANGUAGES and tongue != chosen else ""
    instruction = prompt_in("ask", "instruction", written or chosen)
    return Task("ask", chosen, system_words(chosen), instruction, question.strip(), tongue=written)


def summary_task(style: Style, lang: str, *, focus: str = "", length: int | None = None) -> Task:
    """Summarize in a style, in a language (any code); `length` is in words (English) or characters (Japanese)."""
    base, tongue = _base_of(lang)
    check_one_of("style", style, get_args(Style))
    instruction = prompt_text("summary", style, base)
    if tongue:
        instruction += prompt_in("summary", "language", tongue)
    if length is not None:
        instruction += prompt_text("summary", "length", base).format(n=length)
    if focus:
        instruction += prompt_text("summary", "focus", base)
    return Task("summarize", base, system_words(base), instruction, focus.strip(), style, length, tongue=tongue)


def own_task(style: OwnStyle, lang: str) -> Task:
    """Summarize in a style of the user's own."""
    base, tongue = _base_of(lang)
    words = prompt_text("summary", "report", base)
    return Task("summarize", base, system_words(base), words, own=style, tongue=tongue)


def _base_of(code: str) -> tuple[Lang, str]:
    """The language whose words frame a summary, and the code of the one it is written in where that is another."""
    _check_tongue(code)
    return (code, "") if code in ("en", "ja") else ("en", code)  # type: ignore[return-value]


def _check_tongue(code: str | None) -> None:
    """Raise UsageError for what is no language's code."""
    if code:
        check_one_of("lang", code, tuple(LANGUAGES))


def system_words(lang: Lang) -> str:
    """The system turn of every task."""
    return prompt_text("ask", "system", lang)
