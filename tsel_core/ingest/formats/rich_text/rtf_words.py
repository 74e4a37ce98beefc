"""Control words of RTF: signs they stand for, groups that are no text, groups that are another story."""

from __future__ import annotations

SIGNS = {"tab": "\t", "emdash": "—", "endash": "–", "emspace": " ", "enspace": " ", "qmspace": " ", "bullet": "•",
          "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "line": "\n", "softline": "\n",
          "_": "-", "~": " ", "{": "{", "}": "}", "\\": "\\"}  # fmt: skip
_NO_TEXT = (
    "fonttbl colortbl stylesheet info pict objdata objclass objname themedata colorschememapping datastore"
    " latentstyles listtable listoverridetable rsidtbl generator filetbl revtbl xmlnstbl datafield"
    " bkmkstart bkmkend pn nonshppict shppict shprslt sp tc xe txe rxe atnid atnauthor atntime atndate atnref"
    " atnparent ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn pgdsctbl mmath mmathPict panose falt"
    " wgrffmtfilter docvar userprops formfield"
)
SKIPPED = frozenset(_NO_TEXT.split())
STORIES = {"header": "header", "headerf": "header", "headerl": "header", "headerr": "header", "footer": "footer",
            "footerf": "footer", "footerl": "footer", "footerr": "footer", "footnote": "footnote",
            "annotation": "comment", "shptxt": "box", "fldinst": "instruction"}  # fmt: skip
STARRED = frozenset(("shpinst", "fldinst", "annotation", "listtext", "pntext", "shptxt", "do", "dptxbxtext", "mmathPr"))
