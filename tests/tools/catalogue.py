"""The catalogues of translations (tsel_cli/locale), held against the sources.

    python -m tests.tools.catalogue                     what is missing, stale or unlike its English; exit code 1 then
    python -m tests.tools.catalogue --update [LANG]     adds what is missing (untranslated), takes out stale help texts;
                                                        a language that is not there yet is begun from the Japanese files
    python -m tests.tools.catalogue --add FILE ENGLISH TRANSLATION      one message more, into ja/LC_MESSAGES/FILE.po

Messages are finished English sentences when they are translated, so their templates are not the sources' own strings: a
template is stale when the sources hold its words nowhere. Templates of messages of others (the option parser, the system)
have a comment that begins with "others:", those that the sources put together word by word one with "composed:".
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import polib

from tsel_cli.i18n.catalogue import FOLDER, HELP, domains, languages
from tsel_cli.i18n.help_page import OTHER_WORDS, PARSER_WORDS, USAGE_WORDS, texts_of
from tsel_cli.i18n.translate import parts_of

ROOT = Path(__file__).parents[2]
MODEL = "ja"  # the language that is complete
_LEAST = 4  # letters of a template's words that are looked for
_RUN, _SHARE = 3, 0.5  # words in a row, and the share of such runs that the sources must hold
KINDS = {"", "n", "message", "parts"}


def po_of(language: str, domain: str) -> polib.POFile:
    """A catalogue with its comments, lines as they are."""
    return polib.pofile(str(FOLDER / language / "LC_MESSAGES" / f"{domain}.po"), wrapwidth=0)


@cache
def help_texts() -> tuple[str, ...]:
    """Every English text of the help pages, in their order."""
    from typer.main import get_command

    from tsel_cli.app import app

    texts = [*PARSER_WORDS.values(), *USAGE_WORDS, *OTHER_WORDS, *texts_of(get_command(app))]
    return tuple(dict.fromkeys(texts))


@cache
def source_words() -> str:
    """Every string of the sources, one behind the other."""
    found: list[str] = []
    for path in [p for part in ("tsel_core", "tsel_cli", "kernels/tsel_kernels") for p in (ROOT / part).rglob("*.py")]:
        tree = ast.parse(path.read_text("utf-8"))
        found += [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return "\0".join(found)


def stale(entry: polib.POEntry) -> str:
    """Words of a template that the sources hold nowhere; "" for one that is current, or of others."""
    if entry.comment.startswith(("others:", "composed:")):
        return ""
    literals = (literal.strip(" .,:;()'\"") for literal, _, _ in parts_of(entry.msgid))
    return next((w for w in literals if len(w) >= _LEAST and not _said(w)), "")


def _said(words: str) -> bool:
    """Whether the sources hold words, at least in pieces: a message may be put together of several."""
    if words in source_words():
        return True
    row = words.split()
    runs = [" ".join(row[i : i + _RUN]) for i in range(len(row) - _RUN + 1)]
    return len(runs) > 1 and sum(run in source_words() for run in runs) >= _SHARE * len(runs)


def problems(language: str) -> Iterator[str]:
    """What is wrong with a language's catalogues."""
    seen: dict[str, str] = {}
    for domain in domains(MODEL):
        if domain not in domains(language):
            yield f"{language}/{domain}.po: not there"
            continue
        for entry in po_of(language, domain):
            where = f"{language}/{domain}.po: {entry.msgid!r}"
            if entry.obsolete:
                yield f"{where}: obsolete"
            elif not entry.msgstr or entry.fuzzy:
                yield f"{where}: not translated"
            elif domain == HELP:
                if entry.msgid not in help_texts():
                    yield f"{where}: in no help page"
            else:
                yield from (f"{where}: {wrong}" for wrong in _unlike(entry))
                if stale(entry):
                    yield f"{where}: the sources hold {stale(entry)!r} nowhere"
            if domain != HELP and entry.msgid in seen:
                yield f"{where}: stands in {seen[entry.msgid]}.po too"
            if domain != HELP:
                seen[entry.msgid] = domain
    there = {entry.msgid for entry in po_of(language, HELP)} if HELP in domains(language) else set()
    yield from (f"{language}/{HELP}.po: {text!r}: missing" for text in help_texts() if text not in there)


def _unlike(entry: polib.POEntry) -> Iterator[str]:
    left, right = ([(name, kind) for _, name, kind in parts_of(side) if name] for side in (entry.msgid, entry.msgstr))
    names = [name for name, _ in left]
    if len(names) != len(set(names)) or set(names) != {name for name, _ in right}:
        yield "other placeholders than its English"
    if {kind for _, kind in left} - KINDS or any(kind for _, kind in right):
        yield "a kind of placeholder that there is none of, or one in the translation"


def update(language: str) -> int:
    """Bring a language's catalogues up to date; how many entries wait for a translator."""
    folder, waiting = FOLDER / language / "LC_MESSAGES", 0
    folder.mkdir(parents=True, exist_ok=True)
    for domain in domains(MODEL):
        model = po_of(MODEL, domain)
        path = folder / f"{domain}.po"
        po = po_of(language, domain) if path.exists() else polib.POFile(wrapwidth=0)
        if not path.exists():
            po.header, po.metadata = model.header, {**model.metadata, "Language": language}
        there = {entry.msgid: entry for entry in po}
        wanted = {e.msgid: e.comment for e in model}
        if domain == HELP:
            wanted = dict.fromkeys(help_texts(), "")
        made = [there.get(text) or polib.POEntry(msgid=text, comment=note) for text, note in wanted.items()]
        po[:] = made
        po.save(str(path))
        waiting += sum(not entry.msgstr or entry.fuzzy for entry in made)
    return waiting


def add(domain: str, english: str, translation: str) -> None:
    """Add a message to a Japanese catalogue, at its end."""
    po = po_of(MODEL, domain)
    po.append(polib.POEntry(msgid=english, msgstr=translation))
    po.save()


def main(arguments: list[str]) -> int:
    """See the module."""
    if arguments[:1] == ["--add"]:
        add(*arguments[1:])
        return 0
    if arguments[:1] == ["--update"]:
        for language in arguments[1:] or sorted(languages() - {"en"}):
            print(f"{language}: {update(language)} entries wait for a translation")
        return 0
    found = [wrong for language in sorted(languages() - {"en"}) for wrong in problems(language)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
