"""The Japanese catalogues against the messages that the sources hold, and against consoles."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tsel_cli.i18n import translate
from tsel_cli.i18n.catalogue import help_texts, pairs
from tsel_cli.i18n.translate import Template, parts_of, templates
from tsel_core import errors

ROOT = Path(__file__).parents[3]
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.TselError)}
JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")
HOLE = "\0"
# not shown to a person at the command line: JSON answers of the server, programs of their own
ELSEWHERE = (
    "serve_wire.py",
    "serve_files.py",
    "serve_engine.py",
    "experiment.py",
    "experiment_table.py",
    "docs_page.py",
)


def forms(node: ast.expr, constants: dict[str, str]) -> list[str]:
    """The texts an expression can give, with a hole where a value stands; [] when it holds no words of its own."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.Name(id=name):
            return [constants[name]] if name in constants else []
        case ast.JoinedStr(values=values):
            options = [forms(v, constants) or [HOLE] for v in values]
            return ["".join(p) for p in itertools.islice(itertools.product(*options), 8)]
        case ast.FormattedValue(value=value):
            return forms(value, constants) or [HOLE]
        case ast.IfExp(body=body, orelse=orelse):
            return forms(body, constants) + forms(orelse, constants)
        case ast.BoolOp(values=values):
            return [f for v in values for f in forms(v, constants)]
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            sides = forms(left, constants) or [HOLE], forms(right, constants) or [HOLE]
            return ["".join(p) for p in itertools.product(*sides)]
    return []


def shown_texts(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, form) of the messages and hints of errors, of notes and of warnings."""
    constants = {
        t.id: n.value.value
        for n in tree.body
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        count = 2 if name in ERRORS else 1 if name in ("note", "warn", "print_note", "print_out") else 0
        for argument in node.args[:count]:
            for form in forms(argument, constants):
                if re.search("[A-Za-z]{2}", form.replace(HOLE, "")):
                    yield node.lineno, form


def is_known(form: str) -> bool:
    """A Japanese form exists for the message with some words or numbers in its holes."""
    holes = form.count(HOLE)
    for values in itertools.product(("x", "7"), repeat=min(holes, 6)):
        text = form
        for value in (*values, *["7"] * (holes - len(values))):
            text = text.replace(HOLE, value, 1)
        if JAPANESE.search(translate.__wrapped__(text)):
            return True
    return False


def test_messages_of_the_sources_have_a_japanese_form() -> None:
    found: dict[str, str] = {}
    for path in [*(ROOT / "tsel_core").rglob("*.py"), *(ROOT / "tsel_cli").rglob("*.py")]:
        if path.name not in ELSEWHERE:
            for line, form in shown_texts(ast.parse(path.read_text("utf-8"))):
                found.setdefault(form, f"{path.relative_to(ROOT)}:{line}")
    missing = [f"{where}: {form.replace(HOLE, '{}')}" for form, where in found.items() if not is_known(form)]
    share = 1 - len(missing) / len(found)
    print(f"{len(found)} messages, {share:.1%} in Japanese; missing:", *missing, sep="\n  ")
    assert len(found) > 300
    assert share >= 0.9, missing  # a hint that is a command alone counts as missing


def test_no_template_stands_twice_or_is_hidden_by_another() -> None:
    seen: set[str] = set()
    for template in templates():
        assert template.english not in seen
        seen.add(template.english)
        values = {n: "7" if spec == "n" else f"<{n}>" for _, n, spec in parts_of(template.english) if n}
        english, text = (
            "".join(literal + values.get(name, "") for literal, name, _ in parts_of(side))
            for side in (template.english, template.translation)
        )
        assert translate(english) == text


def test_a_japanese_windows_console_shows_every_template() -> None:
    for english, text in [*pairs("ja"), *help_texts("ja").items()]:
        try:
            text.encode("cp932")
        except UnicodeEncodeError as error:
            pytest.fail(f"{english}: {error}")


@pytest.mark.parametrize(
    ("english", "text"),
    [
        ("a.pdf: no text on pages 1-3, 5 of 12 (pictures or scans)", "a.pdf: 全 12 ページのうち1-3, 5 ページに文字がありません (画像またはスキャン)"),
        ("b.docx: 3 tracked changes by A, B were accepted; --changes reject or show reads them differently", "b.docx: 変更履歴 3 件 (A, B) を反映して読み取りました。--changes reject または show で読み方を変えられます"),
        ("x.doc: a Word 97-2003 (.doc) file, which is not read", "x.doc: Word 97-2003 形式 (.doc) のファイルには対応していません"),
        ("trust     3 claims: 2 supported, 1 unsure (see [2]); not in the document: ¥1,200; attention mass kept 96.8% (lowest layer 91%)", "信頼性    主張 3 件: 裏付けあり 2 件、不確か 1 件 ([2] を参照); 文書にない語: ¥1,200; アテンションの保持率 96.8% (最低の層 91%)"),
        ("out of memory while reading (CUDA out of memory)", "メモリが不足しました (読み取り中): CUDA out of memory"),
        ("k.txt: [Errno 28] No space left on device: '/x'", "k.txt: ディスクの空き容量がありません (Errno 28): '/x'"),
    ],
)  # fmt: skip
def test_messages_with_messages_inside(english: str, text: str) -> None:
    assert translate(english) == text


def test_unknown_messages_and_their_values_stay_as_they_are() -> None:
    for text in ("nobody wrote this one", "", "a: b; c", "warning; error:", "{0}", "{name}: no"):
        assert translate(text) == text
    assert translate('unread    p. 3  "full; 1 unsure" (see --recheck)').count("full; 1 unsure") == 1


def test_numbers_are_told_from_words() -> None:
    number = Template("page {number:n}", "{number} ページ")
    assert number.fill("page 1,234.5") == "1,234.5 ページ"
    assert number.fill("page seven") is None
