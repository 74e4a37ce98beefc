"""Writes samples/questions.jsonl from questions.txt: doc | lang | match | question | answers | evidence."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent


def pdf_page(path: Path, span: str) -> int | None:
    """Page of a PDF (from 1) that holds the span; white space is ignored."""
    import pypdfium2

    wanted = re.sub(r"\s", "", span)
    with pypdfium2.PdfDocument(path) as pdf:
        for number, page in enumerate(pdf, 1):
            if wanted in re.sub(r"\s", "", page.get_textpage().get_text_range()):
                return number
    return None


def main() -> None:
    counts: Counter[str] = Counter()
    lines = []
    for line in (HERE / "questions.txt").read_text(encoding="utf-8").splitlines():
        doc, lang, match, question, answers, span = (part.strip() for part in line.split("|"))
        evidence: list[dict[str, object]] = []
        if span:
            evidence.append({"span": span})
            if doc.endswith(".pdf") and (page := pdf_page(HERE.parent / doc, span)):
                evidence[0]["page"] = page
        record = {
            "id": f"{doc.split('.')[0]}_{counts[doc]}",
            "doc": doc,
            "lang": lang,
            "task": "qa",
            "question": question,
            "answers": [a.strip() for a in answers.split(" ; ")],
            "match": match,
            "evidence": evidence,
            "source": "written for tsel",
        }
        counts[doc] += 1
        lines.append(json.dumps(record, ensure_ascii=False))
    (HERE.parent / "questions.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
