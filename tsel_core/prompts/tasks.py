"""What the model is asked to do, in English and Japanese. The answer's language follows the question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from tsel_core.prompts.library import prompt_text
from tsel_core.prompts.styles import OwnStyle
from tsel_core.text.language import Lang, detect_lang

Style = Literal["brief", "minutes", "report"]

NOT_FOUND: dict[Lang, str] = {"en": prompt_text("ask", "not_found", "en"), "ja": prompt_text("ask", "not_found", "ja")}
"""What a model is asked to say when the document does not; the words of the prompt."""


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


def ask_task(question: str, lang: Lang | None = None) -> Task:
    """Answer one question; the language of the question decides unless `lang` is given."""
    chosen = lang or detect_lang(question)
    return Task("ask", chosen, system_words(chosen), prompt_text("ask", "instruction", chosen), question.strip())


def summary_task(style: Style, lang: Lang, *, focus: str = "", length: int | None = None) -> Task:
    """Summarize in a style; `length` is in words (English) or characters (Japanese)."""
    instruction = prompt_text("summary", style, lang)
    if length is not None:
        instruction += prompt_text("summary", "length", lang).format(n=length)
    if focus:
        instruction += prompt_text("summary", "focus", lang)
    return Task("summarize", lang, system_words(lang), instruction, focus.strip(), style, length)


def own_task(style: OwnStyle, lang: Lang) -> Task:
    """Summarize in a style of the user's own."""
    return Task("summarize", lang, system_words(lang), prompt_text("summary", "report", lang), own=style)


def system_words(lang: Lang) -> str:
    """The system turn of every task."""
    return prompt_text("ask", "system", lang)
