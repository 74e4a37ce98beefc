"""Makes the six sample documents (LibreOffice and the IPA fonts print the PDFs)."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from appendix import appendices  # noqa: E402
from markup import build  # noqa: E402


def read(name: str) -> str:
    return (HERE / "text" / name).read_text(encoding="utf-8")


def to_pdf(doc: object, target: Path) -> None:
    """Print a Word file with LibreOffice; it embeds only the characters used of each font."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / (target.stem + ".docx")
        doc.save(str(source))  # type: ignore[attr-defined]
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf"]
        subprocess.run([*command, "--outdir", str(target.parent), str(source)], check=True, capture_output=True)


def clock(seconds: float) -> str:
    whole, milli = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}.{milli:03}"


def to_vtt(text: str) -> str:
    """Lines "seconds Name: text" to cues with voice tags; a long turn becomes two cues, as recorders do."""
    parts, at = ["WEBVTT", "", "NOTE Parcel locker project, launch review", ""], 3.2
    for line in text.splitlines():
        head, _, speech = line.partition(": ")
        seconds, _, name = head.partition(" ")
        sentences = speech.split(". ")
        half = len(sentences) // 2 if len(speech) > 130 and len(sentences) > 1 else 0
        pieces = [". ".join(sentences[:half]) + ".", ". ".join(sentences[half:])] if half else [speech]
        for piece in pieces:
            end = at + 1.7 * int(seconds) / len(pieces) + len(piece) / 40
            parts += [f"{clock(at)} --> {clock(end)}", f"<v {name}>{piece}</v>", ""]
            at = end + 0.35
    return "\n".join(parts)


def main(out: Path) -> None:
    to_pdf(
        build(
            read("minutes.md").replace("# Minutes", "= Minutes", 1),
            font="Liberation Sans",
            size=11.5,
            header="Calder & Finch Instruments Ltd    Operations Committee 2026/09    Confidential",
        ),
        out / "minutes.pdf",
    )
    build(read("contract.md"), font="Calibri", size=11, header="Contract No. HM-2026-0417", clauses=True).save(
        str(out / "contract.docx")
    )
    (out / "meeting.vtt").write_text(to_vtt(read("meeting.txt")), encoding="utf-8")
    to_pdf(
        build(
            read("report_ja.md"),
            font="IPAMincho",
            size=11,
            header="株式会社みどり野製作所　設備保全部　社外秘",
            lang="ja-JP",
        ),
        out / "report_ja.pdf",
    )
    (out / "transcript_ja.txt").write_bytes(read("transcript_ja.txt").replace("\n", "\r\n").encode("cp932"))
    build(
        read("long_report.md") + appendices(), font="Calibri", size=10.5, header="Annual Operations Report 2025"
    ).save(str(out / "long_report.docx"))


if __name__ == "__main__":
    main(HERE.parent)
