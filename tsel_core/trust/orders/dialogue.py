# ruff: noqa: E501 (one pattern a line)
"""Forged conversations: questions and answers in a document that stand as if the program had been asked already."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from tsel_core.lazy_pattern import lazy_pattern

_QUESTION = r"question|query|frage|pregunta|domanda|pergunta|質問|問い?|问题|問題|问|提问|질문|문의|q"
_ANSWER = r"answer|response|reply|antwort|reponse|respuesta|risposta|resposta|回答|答え?|返答|答案|答复|답변|답|대답|응답|a"
_PERSON = r"user|human|benutzer|nutzer|utilisateur|usuario|utente|usuário|ユーザー?|利用者|用户|用戶|사용자"
_PROGRAM = r"assistant|ai|bot|chatbot|model|assistent|asistente|assistente|アシスタント|助手|ai助手|어시스턴트|system|システム|系统|시스템"
LABEL = lazy_pattern(rf"\W{{0,4}}(?:{_QUESTION}|instruction|task|prompt|aufgabe|instrucción|consigne|指示|指令|지시|{_PERSON}|system)\s*[:：]", re.IGNORECASE)
_LINE = lazy_pattern(
    rf"^\W{{0,4}}(?:(?P<q>{_QUESTION})|(?P<a>{_ANSWER})|(?P<p>{_PERSON})|(?P<m>{_PROGRAM}))\W{{0,3}}[:：]\s*(?P<text>.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_ANY = lazy_pattern(r"^\W*(?:any|all|\*|\.\.\.|whatever|すべて|任意|何でも|所有|任何|모든)", re.IGNORECASE)


def forged_turns(texts: Sequence[str]) -> dict[int, list[tuple[int, int]]]:
    """Lines [start, end) by number of text that belong to a forged conversation.

    An honest list of questions and answers asks each question once; a forged one repeats, so that the program goes
    on in the same way. A person and a program who speak in turn are no list of questions at all.
    """
    lines = [
        (number, match.start(), match.end(), _role(match), _plain(match["text"]))
        for number, text in enumerate(texts)
        if ":" in text or "：" in text
        for match in _LINE.finditer(text)
    ]
    found: dict[int, list[tuple[int, int]]] = {}
    for run in _runs(lines):
        if _is_forged(run):
            for number, start, end, _, _ in run:
                found.setdefault(number, []).append((start, end))
    return found


Line = tuple[int, int, int, str, str]


def _role(match: re.Match[str]) -> str:
    return next(name for name in ("q", "a", "p", "m") if match[name])


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _runs(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines that follow each other without more than one text between them."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and line[0] - runs[-1][-1][0] <= 2:
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _is_forged(run: Sequence[Line]) -> bool:
    roles = [role for _, _, _, role, _ in run]
    if "p" in roles and "m" in roles[roles.index("p") :]:
        return True
    questions = Counter(text for _, _, _, role, text in run if role == "q" and text)
    answers = Counter(text for _, _, _, role, text in run if role == "a" and text)
    if not questions or not answers:
        return False
    if any(_ANY.match(text) for text in questions):
        return True
    repeated = max(questions.values()) > 1
    return repeated and (max(answers.values()) > 1 or len(questions) == 1)
