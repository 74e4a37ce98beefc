"""What the second look says of an answer, for a reader: nothing where it agrees."""

from __future__ import annotations

from tsel_cli.render.labels import label_in, words_lang
from tsel_core.answer import Answer

_UNSURE = {
    "en": "Unsure: check the places below before relying on it.",
    "ja": "確信度が低い回答です。下の箇所で確認してください。",
}
_OTHER = {
    "en": 'Unsure: read in another way, the model answers: "{other}" Check both.',
    "ja": "確信度が低い回答です。別の読み方では「{other}」となります。両方を確認してください。",
}
# below a sentence that is marked as unsure already: said once
_OTHER_TOO = {
    "en": 'Read in another way, the model answers: "{other}" Check both.',
    "ja": "別の読み方では「{other}」となります。両方を確認してください。",
}
_LOST = {
    "en": "Unsure: text of the file may be missing (see the warnings); what is not found may stand there.",
    "ja": "確信度が低い回答です。読み取れていない文字に記載されている可能性があります (警告を参照)。",
}
_PLACES = {"en": "Looked at:", "ja": "確認した箇所:"}
MAX_PLACES = 4


def confidence_block(answer: Answer) -> str:
    """For an answer that is unsure: a sentence, the other answer, and where the evidence stands unless it is cited.

    Where a sentence of the answer is marked above it (trust_words.claims_block), "unsure" is not said again.
    """
    if answer.extra.get("confidence") != "unsure":
        return ""
    lang = words_lang(answer.lang)
    other = " ".join(str((answer.extra.get("looks") or {}).get("other") or "").split())
    lost = not answer.found and answer.receipt.missing
    if is_marked(answer):
        lines = [_OTHER_TOO[lang].format(other=other)] if other else []
    else:
        lines = [_OTHER[lang].format(other=other) if other else (_LOST if lost else _UNSURE)[lang]]
    cited = {(c.doc_index, c.unit_index) for c in answer.citations}
    places = [p for p in answer.extra.get("evidence") or () if (p["doc_index"], p["unit_index"]) not in cited]
    near = {(p["doc_index"], p["unit_index"]) for p in answer.extra.get("nearest") or ()}
    if near:  # they are printed below; the best place is named if it is none of them
        places = [p for p in places[:1] if (p["doc_index"], p["unit_index"]) not in near]
    if places:
        shown: list[str] = []
        for place in places:
            name = label_in(place["label"], lang)
            name = name if len(answer.documents) == 1 else f"{place['file']} {name}"
            line = f'  {name}  "{" ".join(place["quote"].split())}"'
            if line not in shown:  # a paragraph that several parts of are the evidence
                shown.append(line)
        lines += [_PLACES[lang], *shown[:MAX_PLACES]]
    return "\n".join(lines)


def is_marked(answer: Answer) -> bool:
    """Whether a sentence of a found answer is marked: it is contradicted, not stated or unsure."""
    return bool(answer.found) and any(c["verdict"] != "supported" for c in answer.extra.get("claims") or ())


def unsure_as_a_whole(answer: Answer) -> bool:
    """Whether an answer is unsure though none of its sentences is marked."""
    return answer.extra.get("confidence") == "unsure" and not is_marked(answer)
