# ruff: noqa: E501 (tables of words)
"""The two templates for `tsel summarize --template`, to be changed in Word: python samples/make/make_templates.py"""

from __future__ import annotations

from pathlib import Path

import docx
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

SAMPLES = Path(__file__).parent.parent
WORDS = {
    "minutes_template": (
        "Meridian Ltd, minutes of a meeting",
        (("Meeting", "{{title}}"), ("Date", "{{date}}"), ("Place", "{{place}}"), ("Present", "{{attendees}}")),
        (("Topics", "{{topics}}", "List Number"), ("Decisions", "{{decisions}}", "List Bullet")),
        "Actions",
        (("Who", "{{action.who}}"), ("What", "{{action.what}}"), ("By when", "{{action.when}}"), ("Where", "{{action.place}}")),
        ("Open points", "{{open}}", "List Bullet"),
        "{{about}}",
    ),
    "minutes_template_ja": (
        "株式会社メリディアン　議事録",
        (("会議名", "{{題名}}"), ("日時", "{{日時}}"), ("場所", "{{場所}}"), ("出席者", "{{出席者}}")),
        (("議題", "{{議題}}", "List Number"), ("決定事項", "{{決定事項}}", "List Bullet")),
        "アクション",
        (("担当", "{{アクション.担当}}"), ("内容", "{{アクション.内容}}"), ("期限", "{{アクション.期限}}"), ("箇所", "{{アクション.箇所}}")),
        ("未解決事項", "{{未解決事項}}", "List Bullet"),
        "{{about}}",
    ),
}


def make(name: str) -> None:
    """One template."""
    header, head, lists, actions, columns, last, foot = WORDS[name]
    document = docx.Document()
    for style in ("Normal", "Title", "Heading 1", "List Bullet", "List Number"):
        fonts = document.styles[style].element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:ascii"), "Calibri")
        fonts.set(qn("w:hAnsi"), "Calibri")
        fonts.set(qn("w:eastAsia"), "Yu Gothic")
    document.styles["Normal"].font.size = Pt(10.5)
    document.sections[0].header.paragraphs[0].text = header
    document.sections[0].footer.paragraphs[0].text = "{{today}}"
    table = document.add_table(rows=0, cols=2)
    for label, value in head:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = label, value
    table.columns[0].width, table.columns[1].width = Cm(3), Cm(13)
    for title, placeholder, style in lists:
        document.add_heading(title, 1)
        document.add_paragraph(placeholder, style=style)
    document.add_heading(actions, 1)
    table = document.add_table(rows=2, cols=len(columns), style="Table Grid")
    for number, (title, placeholder) in enumerate(columns):
        table.rows[0].cells[number].text, table.rows[1].cells[number].text = title, placeholder
    document.add_heading(last[0], 1)
    document.add_paragraph(last[1], style=last[2])
    document.add_paragraph(foot)
    document.core_properties.author = "tsel"
    document.save(str(SAMPLES / f"{name}.docx"))


if __name__ == "__main__":
    for name in WORDS:
        make(name)
