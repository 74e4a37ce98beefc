"""What is asked of every document: fields with a kind, from one line of words, JSON or TOML."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from tsel_core.errors import UsageError
from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.plugins import names, task
from tsel_core.prompts.library import prompt_in
from tsel_core.text.faults import place_of
from tsel_core.text.language import Lang
from tsel_core.text.tongue import tongue_of

FieldKind = Literal["text", "number", "money", "date", "percent", "duration", "yesno", "choice", "list"]
KINDS: tuple[str, ...] = get_args(FieldKind)
_ALSO = {"yes/no": "yesno", "amount": "money", "金額": "money", "日付": "date", "数": "number"}
_ALSO |= {"期間": "duration", "はい/いいえ": "yesno", "選択": "choice", "一覧": "list"}
_ALSO |= dict.fromkeys(("betrag", "montant", "importe", "importo", "valor", "金额", "금액"), "money")
_ALSO |= dict.fromkeys(("datum", "fecha", "data", "日期", "날짜"), "date")
_ALSO |= dict.fromkeys(("zahl", "nombre", "número", "numero", "数字", "숫자"), "number")
_ALSO |= dict.fromkeys(("prozent", "pourcentage", "porcentaje", "percentuale", "百分比", "비율"), "percent")
_ALSO |= dict.fromkeys(("dauer", "durée", "duración", "durata", "duração", "期限", "기간"), "duration")
_ALSO |= dict.fromkeys(("ja/nein", "oui/non", "sí/no", "sì/no", "sim/não", "是/否", "예/아니요"), "yesno")
_ALSO |= dict.fromkeys(("liste", "lista", "elenco", "列表", "목록"), "list")
_ITEM = lazy_pattern(r"\s*([^,、;(（]+?)\s*(?:[(（]\s*([^)）]+?)\s*[)）])?\s*(?:[,、;]|$)")
_TAIL = lazy_pattern(r"\s*[:：]\s*([^:：\s]+)$")  # "start:date", as other programs write it
PRESET = "preset:"
_SHAPE = 'name fields such as "Party, Start date (date), Cap (money)", or a file of [[field]] name, kind, question'


@dataclass(frozen=True)
class Field:
    """A column: its name, the kind of its values, the question that is asked, the choices it may have."""

    name: str
    kind: FieldKind = "text"
    question: str = ""
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The name as words: "governing law" for governing_law."""
        return self.name.replace("_", " ").strip() or self.name

    def asked(self, lang: str) -> str:
        """The question in the document's language (any code): its own words, or made from the name."""
        if self.question:
            return self.question
        words = lang if self.name.isascii() or lang == "zh" else tongue_of(self.name) or lang
        text = prompt_in("extract", self.kind, words).format(name=self.words)
        if not self.choices:
            return text
        return text + prompt_in("extract", "choices", words).format(choices=", ".join(self.choices))


@dataclass(frozen=True)
class RowTask:
    """What a worker is given for one document: the columns of its row, and the language they are asked in."""

    fields: tuple[Field, ...]
    lang: str


@dataclass(frozen=True)
class ItemsTask:
    """What a worker is given for the items of one document: the wish's words and language, the columns of each row."""

    words: str
    lang: Lang
    fields: tuple[Field, ...]


def read_fields(schema: str) -> tuple[Field, ...]:
    """The fields of --schema: a file, a plugin's preset, or words. Raises UsageError."""
    if schema.startswith(PRESET):
        return _preset(schema)
    path = Path(schema)
    if path.suffix.lower() in (".json", ".toml"):
        return _checked(_from_file(path), schema)
    return read_words(schema)


def _preset(schema: str) -> tuple[Field, ...]:
    name = schema.removeprefix(PRESET)
    found = task(name, "fields") if name else None
    if found is None:
        known = ", ".join(names("tsel.tasks")) or "none"
        raise UsageError(f"there is no preset of fields called {name!r}", f"names that plugins add: {known}")
    return _checked(list(found["fields"]), schema)


def read_words(schema: str) -> tuple[Field, ...]:
    """The fields of a line of words; no file is opened. Raises UsageError."""
    found = []
    for match in _ITEM.finditer(schema):
        name, kind = match.group(1).strip(), (match.group(2) or "").strip()
        if not kind and (tail := _TAIL.search(name)) and _ALSO.get(tail[1].lower(), tail[1].lower()) in KINDS:
            name, kind = name[: tail.start()], tail[1]
        if name:
            found.append({"name": name, "kind": kind or "text"})
    return _checked(found, schema)


def _from_file(path: Path) -> list[Any]:
    try:
        text = path.read_text("utf-8")
        content = json.loads(text) if path.suffix.lower() == ".json" else tomllib.loads(text)
    except OSError as error:
        raise UsageError(f"--schema {path}: cannot be read: {error.strerror}", _SHAPE) from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"--schema {path}: not valid: {place_of(error)}", _SHAPE) from error
    if isinstance(content, Mapping) and isinstance(content.get("properties"), Mapping):  # a JSON schema
        return [_from_property(name, told) for name, told in content["properties"].items()]
    fields = content.get("field", content.get("fields")) if isinstance(content, Mapping) else content
    return fields if isinstance(fields, list) else []


def _from_property(name: str, told: Any) -> dict[str, Any]:
    """A property of a JSON schema as a field."""
    told = told if isinstance(told, Mapping) else {}
    kinds = {"number": "number", "integer": "number", "boolean": "yesno", "array": "list"}
    kind = "date" if told.get("format") == "date" else kinds.get(str(told.get("type")), "text")
    made: dict[str, Any] = {"name": str(told.get("title") or name.replace("_", " ")), "kind": kind}
    if isinstance(told.get("description"), str) and told["description"].rstrip().endswith(("?", "？", "か。")):
        made["question"] = told["description"]
    if isinstance(told.get("enum"), list):
        made |= {"kind": "choice", "choices": [str(c) for c in told["enum"]]}
    return made


def _checked(fields: list[Any], schema: str) -> tuple[Field, ...]:
    if not fields:
        raise UsageError(f"--schema {schema or '(empty)'}: there are no fields in it", _SHAPE)
    made = tuple(_field(told, schema) for told in fields)
    names = [f.name for f in made]
    if len(set(names)) < len(names):
        raise UsageError(f"--schema {schema}: a field stands there twice", "give each field a name of its own")
    return made


def _field(told: Any, schema: str) -> Field:
    if not isinstance(told, Mapping) or not isinstance(told.get("name"), str) or not told["name"].strip():
        raise UsageError(f"--schema {schema}: a field needs a name", _SHAPE)
    unknown = set(told) - {"name", "kind", "question", "choices"}
    if unknown:
        raise UsageError(f"--schema {schema}: a field has no {sorted(unknown)[0]}", _SHAPE)
    kind = str(told.get("kind", "choice" if told.get("choices") else "text")).strip().lower()
    kind = _ALSO.get(kind, kind)
    choices = told.get("choices", [])
    if kind not in KINDS:
        raise UsageError(f"--schema {schema}: {kind} is no kind of field", f"one of {', '.join(KINDS)}")
    if not isinstance(choices, list) or (kind == "choice" and len(choices) < 2):
        raise UsageError(f"--schema {schema}: a choice needs two choices and more", _SHAPE)
    question = told.get("question", "")
    return Field(told["name"].strip(), kind, str(question).strip(), tuple(str(c) for c in choices))  # type: ignore[arg-type]
