"""Mutated files against the reader: no traceback, no hang, no memory blow-up.

    python tests/quality/ingest/fuzz.py [--cases 2000] [--seed 7] [--only pdf,docx] [--folder FOLDER]

Each case is a seed file with some bytes (for Word files also: some characters of an XML part) changed, cut, doubled
or moved, read within limits. A case fails when anything but a TselError comes out, or after 10 seconds. Seeds are
files made by the tests and, with --folder, the real files there. Exit 1 when a case failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import FrameType

sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from tests.core.ingest import make_files as make
from tests.core.ingest.ole_file import ole
from tsel_core.document import render_documents
from tsel_core.errors import TselError
from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.parse import parse

SECONDS = 10
MEMORY = 3 << 30
KINDS = ("pdf", "docx", "vtt", "srt", "txt", "md", "html", "eml", "csv", "rtf", "odt", "epub", "msg", "mbox", "json", "xlsx",
         "pptx")  # fmt: skip
PACKED = ("docx", "odt", "epub", "xlsx", "pptx")


def seeds(kind: str, folder: Path | None = None) -> list[bytes]:
    """Whole files of a kind: made here, and the real ones below `folder`."""
    made = _made(kind)
    if folder is not None:
        found = [f for f in sorted(folder.rglob(f"*.{kind}")) if 0 < f.stat().st_size < 300_000]
        made += [f.read_bytes() for f in found[:40]]
    return made


def _made(kind: str) -> list[bytes]:
    speech = "Kim: Good morning.\nLee: The budget is 3.2 million.\nKim: Agreed.\nLee: Next item.\n"
    cue = "{}\n00:00:0{}{}000 --> 00:00:0{}{}500\n{}\n\n"
    if kind == "pdf":
        lines = [(50.0, 780.0 - 14 * i, 11.0, f"Line {i} of a page with some words (and brackets)") for i in range(20)]
        japanese = [(500.0 - 20 * i, 780.0, 12.0, "吾輩は猫である。名前はまだ無い。") for i in range(4)]
        return [make.pdf([lines, lines]), make.pdf([japanese], vertical=True), make.pdf([lines], rotate=90)]
    if kind == "docx":
        body = make.p("Heading", style="Heading1") + make.p("第1条　甲は乙に委託する。") + make.table(["a", "b"], ["c", "d"])
        body += '<w:p><w:ins w:id="1" w:author="Kim">' + make.r("new") + '</w:ins><w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        note = '<w:footnote w:id="2">' + make.p("A note.") + "</w:footnote>"
        return [make.docx(body, {"footnotes": note})]
    if kind in ("vtt", "srt"):
        sign, head = (".", "WEBVTT\n\n") if kind == "vtt" else (",", "")
        voices = [f"<v Kim>word {i}</v>" if kind == "vtt" else f"Kim: word {i}" for i in range(8)]
        return [(head + "".join(cue.format(i, i, sign, i, sign, v) for i, v in enumerate(voices))).encode()]
    texts = {
        "txt": [speech.encode(), "田中：予算です。\n佐藤：了解です。\n田中：以上。\n".encode("cp932"), speech.encode("utf-16")],
        "md": [b"# Title\n\nSome *words*.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"],
        "html": [b"<html><head><title>t</title></head><body><h1>H</h1><p>a<br>b</p><table><tr><td>1<td>2</table></body>"],
        "eml": [b"From: a@b\nTo: c@d\nSubject: =?utf-8?B?44GC?=\nContent-Type: text/plain; charset=utf-8\n\nHello\n"],
        "csv": [b"name,amount\nA,1\n\"B, C\",2\n"],
        "mbox": [b"From a@b Mon Nov  9 10:00:00 2026\nFrom: a@b\nSubject: x\n\nOne.\n" * 2],
        "json": [b'{"segments": [{"start": 1.5, "end": 2, "text": "Hi.", "speaker": "Kim"}, {"start": 3, "text": "Yes"}]}'],
        "rtf": [
            rb"{\rtf1\ansi\ansicpg932{\fonttbl{\f0\fcharset128 M;}}{\colortbl;\red255\green255\blue255;}{\header\pard H\par}"
            rb"\f0 \'8c\'5f {\v x}\u26085?\par\trowd\intbl a\cell b\cell\row\pard {\footnote n}{\field{\*\fldinst PAGE}{\fldrslt 1}}}"
        ],
    }
    return texts[kind] if kind in texts else [_packed(kind)]


def _packed(kind: str) -> bytes:
    """A whole file of a kind that is an archive or an OLE file."""
    out = BytesIO()
    if kind == "msg":
        message = {"__properties_version1.0": bytes(64), "__substg1.0_0037001F": "件名".encode("utf-16-le")}
        return ole({**message, "__substg1.0_1000001F": "Words".encode("utf-16-le"), "__attach_version1.0_#00000000": message})
    if kind == "xlsx":
        from openpyxl import Workbook

        book = Workbook()
        book.active.append(["Item", 1.5])
        book.save(out)
        return out.getvalue()
    if kind == "pptx":
        from pptx import Presentation

        show = Presentation()
        show.slides.add_slide(show.slide_layouts[0]).shapes.title.text = "Title"
        show.save(out)
        return out.getvalue()
    names = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = f'xmlns:office="{names}:office:1.0" xmlns:text="{names}:text:1.0" xmlns:table="{names}:table:1.0"'
    body = "<text:h text:outline-level='1'>H</text:h><text:list><text:list-item><text:p>a<text:s text:c='3'/>b</text:p></text:list-item>"
    body += "</text:list><table:table><table:table-row><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>"
    parts = {
        "odt": {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
        },
        "epub": {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="c.xml"/></rootfiles></container>',
            "c.xml": '<package><manifest><item id="a" href="a.xhtml"/></manifest><spine><itemref idref="a"/></spine></package>',
            "a.xhtml": "<html><body><h1>One</h1><p>Words.</p></body></html>",
        },
    }
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in parts[kind].items():
            archive.writestr(name, text)
    return out.getvalue()


def mutate(data: bytes, rng: random.Random) -> bytes:
    """1 to 20 changes."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 2, 5, 20))):
        if not out:
            break
        at = rng.randrange(len(out))
        size = rng.choice((1, 2, 8, 64, 512))
        how = rng.randrange(7)
        if how == 0:
            out[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            out[at : at + size] = rng.randbytes(size)
        elif how == 2:
            del out[at : at + size]
        elif how == 3:
            out[at:at] = out[at : at + size] * rng.choice((1, 3, 50))
        elif how == 4:
            out = out[: max(1, at)]
        elif how == 5:
            out[at:at] = rng.choice((b"\x00" * size, b"-1", b"99999999999", b"<<" * size, b"\xff\xfe", b"</w:p>", b"(((("))
        else:
            other = rng.randrange(len(out))
            out[at : at + size], out[other : other + size] = out[other : other + size], out[at : at + size]
    return bytes(out[: 4 << 20])


def mutate_parts(data: bytes, rng: random.Random) -> bytes:
    """A zip file whose XML parts are mutated and packed again."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, RuntimeError):
        return mutate(data, rng)
    names = [n for n in parts if n.endswith((".xml", ".rels"))]
    for name in rng.sample(names, min(len(names), rng.choice((1, 1, 2)))):
        text = parts[name]
        tags = text.split(b"<")
        how = rng.randrange(4)
        if how == 0 and len(tags) > 3:
            at = rng.randrange(1, len(tags))
            tags[at:at] = tags[at : at + rng.choice((1, 4, 20))] * rng.choice((1, 2, 100))
            parts[name] = b"<".join(tags)
        elif how == 1 and len(tags) > 3:
            del tags[rng.randrange(1, len(tags))]
            parts[name] = b"<".join(tags)
        elif how == 2:
            parts[name] = text.replace(b'w:val="1"', b'w:val="%d"' % rng.choice((-1, 0, 10**12))).replace(b"decimal", b"iroha")
        else:
            parts[name] = mutate(text, rng)
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def cases(kind: str, count: int, seed: int, folder: Path | None = None) -> Iterator[bytes]:
    """`count` mutated files, always the same for a seed."""
    rng = random.Random(f"{kind} {seed}")
    files = seeds(kind, folder)
    for _ in range(count):
        data = rng.choice(files)
        yield mutate_parts(data, rng) if kind in PACKED and rng.random() < 0.6 else mutate(data, rng)


def read_case(kind: str, data: bytes) -> str:
    """ "ok" or the error's class. Anything that is no TselError is raised."""
    changes = ("accept", "reject", "show")[len(data) % 3]
    try:
        document = parse(f"case.{kind}", data, "0" * 64, ReadOptions(isolate=False, changes=changes, annotations=True))  # type: ignore[arg-type]
        render_documents([document])
        return "ok"
    except TselError as error:
        cause = error.__cause__
        if cause is None or not wrapped_bug(cause):
            return type(error).__name__
        raise cause from None


def wrapped_bug(cause: BaseException) -> bool:
    """A mistake of this project's own code that the reader's last net caught: its last frame is ours."""
    if isinstance(cause, UnicodeDecodeError | LookupError) and not isinstance(cause, IndexError | KeyError):
        return False
    last = cause.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and "tsel_core" in last.tb_frame.f_code.co_filename


class _TooSlow(BaseException):
    pass


def _alarm(_signal: int, _frame: FrameType | None) -> None:
    raise _TooSlow


def run_kind(kind: str, count: int, seed: int, folder: Path | None, out: multiprocessing.SimpleQueue) -> None:  # type: ignore[type-arg]
    """Every case of a kind, in a process of its own."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGALRM, _alarm)
    results: Counter[str] = Counter()
    slowest = 0.0
    for number, data in enumerate(cases(kind, count, seed, folder)):
        out.put(("case", number))
        started = time.perf_counter()
        signal.alarm(SECONDS)
        try:
            results[read_case(kind, data)] += 1
        except _TooSlow:
            results["FAILED: too slow"] += 1
            out.put(("bad", f"{kind} {number}: more than {SECONDS} s"))
        except BaseException:
            results["FAILED: traceback"] += 1
            out.put(("bad", f"{kind} {number}:\n{traceback.format_exc()}"))
        finally:
            signal.alarm(0)
        slowest = max(slowest, time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    out.put(("end", f"{kind:5} {count} cases: {dict(results)}; slowest {slowest:.2f} s; peak {peak} MB"))


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default=",".join(KINDS))
    parser.add_argument("--folder", type=Path, default=None)
    chosen = parser.parse_args()
    failed = False
    context = multiprocessing.get_context("fork")
    for kind in chosen.only.split(","):
        out = context.SimpleQueue()
        worker = context.Process(target=run_kind, args=(kind, chosen.cases, chosen.seed, chosen.folder, out))
        worker.start()
        last, done = -1, False
        while not done:
            while out.empty() and worker.is_alive():
                time.sleep(0.005)
            if out.empty():
                print(f"{kind}: the process died at case {last} (exit {worker.exitcode})")
                failed = True
                break
            what, value = out.get()
            if what == "case":
                last = value
            else:
                print(value, flush=True)
                done = what == "end"
                failed = failed or what == "bad"
        worker.join()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
