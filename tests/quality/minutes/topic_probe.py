"""Which question to the model finds what was decided about a topic: several ways, every answer kept in one JSON.

    python -m tests.quality.minutes.topic_probe --model qwen2.5-coder-1.5b --device cuda --seeds 600-609 --limit-s 60 --out FILE

For each topic of made meetings whose decision is known, its last statements are candidates; the model names the
decision in words, chooses a candidate by its letter, weighs the candidates as replies, and says Yes or No to each.
Prints how often each way's first candidate holds what was decided in the end.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.quality.minutes.made_meetings import Gold, Half, make_meeting
from tests.quality.minutes.minutes_eval import as_documents
from tests.quality.minutes.model import session_model
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.sweep.judge import Model
from tsel_core.sweep.meetings.asked_topics import ask_topics, sentence_of
from tsel_core.sweep.meetings.talk import stretches
from tsel_core.sweep.meetings.topics import topics_of
from tsel_core.sweep.sentences import Sentence, sentences_of
from tsel_core.text.language import Lang
from tsel_core.text.normalize import normalise

SETS: tuple[tuple[Half, Lang], ...] = (
    ("later-build", "en"), ("later-build", "ja"), ("later-measure", "en"), ("later-measure", "ja"), ("fresh", "en"), ("fresh", "ja"),
)  # fmt: skip
LETTERS = "ABCDEFGHIJKLMN"
_MOST = 60
LETTER = {
    "en": "Above is the part of a meeting about {topic}. Some sentences have a letter. Which of them says what they decided about {topic} in the end? Answer with its letter, or with Z if they decided nothing.",
    "ja": "上は会議のうち「{topic}」について話した部分です。いくつかの文に記号が付いています。「{topic}」について最終的に決まったことを述べている文の記号を答えてください。決まっていなければ Z と答えてください。",
}
MARKED = {
    "en": "Above is the part of a meeting about {topic}. Does the sentence marked >> say what they decided about {topic} in the end? Answer Yes or No.",
    "ja": "上は会議のうち「{topic}」について話した部分です。>> の付いた文は、「{topic}」について最終的に決まったことを述べていますか。「はい」か「いいえ」で答えてください。",
}


def candidates_of(shown: Sequence[Sentence]) -> list[Sentence]:
    """The last statements of a topic, its opening left out."""
    said = [s for s in shown[1:] if len(s.text) >= 4 and not s.text.rstrip().endswith(("?", "？", "か。"))]
    return said[-len(LETTERS) :]


def passage_of(shown: Sequence[Sentence], marks: dict[int, str]) -> str:
    """The talk, sentences by speaker, some of them marked."""
    return "\n".join(f"{marks.get(s.index, '')}{s.speaker}: {s.text}" for s in shown)


def probe(model: Model, topic: str, shown: Sequence[Sentence], lang: Lang) -> dict[str, Any]:
    """Every way's answer about one topic."""
    said = candidates_of(shown)
    told = ask_topics(model, [(topic, shown)], lang)[0]
    named = sentence_of(told, topic, shown) if told else None
    letters = {s.index: f"[{LETTERS[n]}] " for n, s in enumerate(said)}
    by_letter = model.choose(passage_of(shown, letters), LETTER[lang].format(topic=topic), [*LETTERS[: len(said)], "Z"])
    asked, options = prompt_text("sweep", "topic", lang).format(topic=topic), [s.text for s in said]
    plain = passage_of(shown, {})
    weighed = model.choose(plain, asked, options) if len(options) > 1 else [1.0]
    yes_no = prompt_list("sweep", "options", lang)
    marked = [
        model.choose(passage_of(shown, {s.index: ">> "}), MARKED[lang].format(topic=topic), yes_no)[0]
        for s in said[-8:]
    ]
    return {
        "topic": topic, "lines": [f"{s.speaker}: {s.text}" for s in shown], "candidates": [s.text for s in said], "speakers": [s.speaker for s in said],
        "named": told, "named_sentence": named.text if named else "", "letters": [round(float(x), 4) for x in by_letter],
        "weighed": [round(float(x), 6) for x in weighed], "marked": [round(float(x), 4) for x in marked],
    }  # fmt: skip


def picks(found: dict[str, Any]) -> dict[str, str]:
    """The candidate of each way; "" for none."""
    said = found["candidates"]
    letters, marked = found["letters"], [0.0] * (len(said) - len(found["marked"])) + found["marked"]

    def best(values: Sequence[float]) -> str:
        return said[max(range(len(said)), key=lambda n: (values[n], n))] if said else ""

    return {
        "last": said[-1] if said else "", "named": found["named_sentence"], "letter": best(letters),
        "letter or none": "" if letters[-1] > max(letters[:-1], default=0.0) else best(letters),
        "weighed": best(found["weighed"]), "marked": best(marked), "letter and marked": best([a * b for a, b in zip(letters, marked, strict=False)]),
    }  # fmt: skip


def holds(text: str, gold: Gold) -> bool:
    """Whether a sentence has the words of a decision."""
    return bool(text) and all(normalise(m) in normalise(text) for m in gold.must)


def main() -> None:
    """Run until the time is up, print the table, write the file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="qwen2.5-coder-1.5b")
    parser.add_argument("--device", default="auto")
    parser.add_argument("--seeds", default="600-609")
    parser.add_argument("--limit-s", type=float, default=60.0)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    first, _, last = args.seeds.partition("-")
    model_for, end = session_model(args.model, args.device), time.monotonic() + args.limit_s
    results: list[dict[str, Any]] = []
    rights: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for seed in range(int(first), int(last or first) + 1):
        for half, lang in SETS:
            if time.monotonic() > end:
                break
            meeting = make_meeting(seed, lang, half, topics=4, chatter=1)
            documents = as_documents(meeting, f"{half}_{seed}")
            sentences, model = sentences_of(documents), model_for(documents, lang)
            for topic, indices in stretches(topics_of(sentences, lang)):
                golds = [
                    g
                    for g in meeting.gold
                    if g.kind == "decision" and any(normalise(a) in normalise(topic) for a in g.about)
                ]
                shown = [sentences[n] for n in indices]
                here = [g for g in golds if g.status != "rejected" and any(holds(s.text, g) for s in shown)]
                if not here or not 3 < len(shown) <= _MOST:
                    continue
                found = probe(model, topic, shown, lang)
                right = {way: holds(text, here[-1]) for way, text in picks(found).items()}
                results.append(
                    {
                        "set": half,
                        "lang": lang,
                        "seed": seed,
                        "gold": [list(g.must) for g in here],
                        "right": right,
                        **found,
                    }
                )
                for way, is_right in right.items():
                    rights[f"{half} {lang}"][way].append(is_right)
    Path(args.out).write_text(json.dumps(results, ensure_ascii=False, indent=1), encoding="utf-8")
    for name, ways in rights.items():
        print(
            f"{name:<18}" + "  ".join(f"{way} {sum(x) / len(x):.2f}" for way, x in ways.items()),
            f" of {len(ways['last'])}",
        )


if __name__ == "__main__":
    main()
