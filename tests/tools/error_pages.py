"""docs/troubleshooting.md and .ja.md: every error message of the sources with its remedy.

    python -m tests.tools.error_pages            writes both pages
    python -m tests.tools.error_pages --check    exit code 1 when they are not what would be written

Found by reading the sources, so that no message is forgotten; a test runs the check.
"""

from __future__ import annotations

import ast
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tsel_cli.i18n.translate import translate
from tsel_core import errors

ROOT = Path(__file__).parents[2]
CLASSES = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.TselError)
}
HOLE = "\0"
TITLES = {
    "en": {
        1: "Files, models and everything else (exit code 1)",
        2: "How a command was called (exit code 2)",
        5: "What does not fit (exit code 5)",
        6: "Text that could not be read well (exit code 6)",
    },
    "ja": {
        1: "ファイル、モデルなど (終了コード 1)",
        2: "コマンドの使い方 (終了コード 2)",
        5: "収まらないもの (終了コード 5)",
        6: "うまく読めない文書 (終了コード 6)",
    },
}
HEAD = {
    "en": """# Troubleshooting

Every error is two lines on stderr: `error: what, which, value` and `hint: what to do`. Nothing is cut silently, and no
traceback is shown (with `-vv` one is). What is not an error: *not found in the document* (exit code 3) and a check that
failed (exit code 4), see [how to read an answer](trust.md).

When something seems wrong with the installation, `tsel doctor` says what is there and what is not. Generated from the
sources by `python -m tests.tools.error_pages`; `…` stands for names and numbers of your run.
""",
    "ja": """# 困ったときは

エラーは標準エラーに二行で出ます。`error:` は何が起きたか、`hint:` はどうすればよいかです。文書を黙って切り捨てることはなく、
トレースバックも出ません (`-vv` を付けると出ます)。「文書には記載がありません」(終了コード 3) と確認の失敗 (終了コード 4) はエラーでは
ありません。[答えの読み方](trust.md) を見てください。

インストールがおかしいと思ったら `tsel doctor` を実行してください。このページは `python -m tests.tools.error_pages` がソースから作ります。
`…` には名前や数値が入ります。
""",
}


def forms(node: ast.expr, constants: dict[str, str]) -> list[str]:
    """The texts an expression can give, with a hole where a value stands."""
    match node:
        case ast.Constant(value=str() as text):
            return [text]
        case ast.Name(id=name):
            return [constants[name]] if name in constants else [HOLE]
        case ast.JoinedStr(values=values):
            return ["".join(p) for p in itertools.islice(itertools.product(*(forms(v, constants) for v in values)), 4)]
        case ast.FormattedValue(value=value):
            return forms(value, constants) if isinstance(value, ast.Name | ast.IfExp | ast.Constant | ast.Call) else [HOLE]
        case ast.Call(func=ast.Name(id="adding"), args=args):  # by the way it was installed: see tsel_core/installing.py
            words = [a.value if isinstance(a, ast.Constant) else ast.unparse(a).lstrip("*").lower() for a in args]
            return [f"add {', '.join(map(str, words))} to the installation"]
        case ast.IfExp(body=body, orelse=orelse):
            return forms(body, constants) + forms(orelse, constants)
        case ast.BinOp(left=left, right=right, op=ast.Add()):
            return ["".join(p) for p in itertools.product(forms(left, constants), forms(right, constants))]
    return [HOLE]


def raised(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """(exit code, message, hint) of every error that a source makes."""
    constants = {
        t.id: n.value.value
        for n in tree.body
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant) and isinstance(n.value.value, str)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name not in CLASSES:
            continue
        hints = forms(node.args[1], constants) if len(node.args) > 1 else [""]
        for message in forms(node.args[0], constants):
            if re.search("[A-Za-z]{2}", message.replace(HOLE, "")):
                yield CLASSES[name].exit_code, message, hints[0]


def rows() -> dict[int, list[tuple[str, str]]]:
    """(message, hint) by exit code, sorted; a message that several places raise stands once."""
    found: dict[int, dict[str, str]] = {}
    for path in [*(ROOT / "tsel_core").rglob("*.py"), *(ROOT / "tsel_cli").rglob("*.py")]:
        for code, message, hint in raised(ast.parse(path.read_text("utf-8"))):
            kept = found.setdefault(code, {})
            if not kept.get(message):
                kept[message] = hint
    return {code: sorted(pairs.items(), key=lambda p: p[0].lower().lstrip("\0: ")) for code, pairs in sorted(found.items())}


def in_japanese(form: str) -> str:
    """The Japanese form of a message with holes; the English one where no template matches."""
    numbers = itertools.count(70_001)
    filled = re.sub(HOLE, lambda _: str(next(numbers)), form)
    return re.sub(r"7\d{4}", HOLE, translate(filled))


def cell(text: str) -> str:
    """A message in a table's cell."""
    return re.sub(r"\s+", " ", text.replace(HOLE, "…")).replace("|", "\\|").strip() or "-"


def page(lang: str) -> str:
    """The page in a language."""
    lines = [HEAD[lang]]
    say = in_japanese if lang == "ja" else str
    header = "| メッセージ | 対処 |" if lang == "ja" else "| message | what to do |"
    for code, pairs in rows().items():
        lines += [f"## {TITLES[lang].get(code, f'Exit code {code}')}", "", header, "| --- | --- |"]
        lines += [f"| {cell(say(message))} | {cell(say(hint)) if hint else '-'} |" for message, hint in pairs]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    """Write or check both pages."""
    pages = {"en": ROOT / "docs/troubleshooting.md", "ja": ROOT / "docs/troubleshooting.ja.md"}
    if "--check" in sys.argv:
        stale = [p.name for lang, p in pages.items() if not p.is_file() or p.read_text("utf-8") != page(lang)]
        print(f"not up to date: {', '.join(stale)}" if stale else "up to date")
        return 1 if stale else 0
    for lang, path in pages.items():
        path.write_text(page(lang), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
