"""Pictures of pages with a known text, as a scanner gives them: noise, a slight slant, turned, in columns, vertical."""

from __future__ import annotations

import random
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

LATIN_FONTS = ("/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
JAPANESE_FONT = "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf"
WIDE, HIGH, DPI = 1654, 2339, 200
ENGLISH = (
    "The lessee shall pay the rent of 1,480 pounds in advance",
    "Notice is given in writing and takes effect on receipt",
    "If the premises are destroyed by fire, this agreement ends",
    "The landlord may enter after an announcement of two days",
    "Repairs of more than 300 pounds are borne by the landlord",
    "The deposit is returned within six weeks after the keys were handed over",
    "Pets are allowed with consent only",
    "The garden is used by both tenants in turns.",
)
JAPANESE = (
    "借主は毎月五日までに賃料を支払う",
    "解約の申し入れは書面で行う",
    "建物が火災で使えなくなったときは契約は終わる",
    "貸主は二日前に知らせて立ち入ることができる",
    "三万円を超える修繕は貸主の負担とする",
    "敷金は鍵の返還から六週間以内に返す",
    "庭は両方の借主が交代で使う",
    "ペットの飼育には承諾が必要である",
)


@dataclass(frozen=True)
class Page:
    """A picture (PNG) and the paragraphs that stand on it in reading order."""

    data: bytes
    paragraphs: tuple[str, ...]


def can_draw() -> bool:
    """Whether the fonts of these pages are installed."""
    return all(Path(font).exists() for font in (*LATIN_FONTS, JAPANESE_FONT))


def english_page(rng: random.Random, *, columns: int = 1, turned: int = 0, each: int = 18) -> Page:
    """`each`: sentences a column."""
    sentences = [rng.choice(ENGLISH) for _ in range(each * columns)]
    paragraphs = [". ".join(sentences[at : at + 3]) + "." for at in range(0, len(sentences), 3)]
    return _drawn(rng, paragraphs, rng.choice(LATIN_FONTS), columns, turned, japanese=False)


def japanese_page(rng: random.Random, *, columns: int = 1, turned: int = 0, each: int = 18) -> Page:
    """`each`: sentences a column."""
    sentences = [rng.choice(JAPANESE) for _ in range(each * columns)]
    paragraphs = ["。".join(sentences[at : at + 3]) + "。" for at in range(0, len(sentences), 3)]
    return _drawn(rng, paragraphs, JAPANESE_FONT, columns, turned, japanese=True)


def vertical_page(rng: random.Random) -> Page:
    """Columns of Japanese signs from the right to the left."""
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (WIDE, HIGH), 255)
    draw, size = ImageDraw.Draw(picture), 44
    font = ImageFont.truetype(JAPANESE_FONT, size)
    paragraphs = ["。".join(rng.choice(JAPANESE) for _ in range(3)) + "。" for _ in range(4)]
    x, per_line = WIDE - 220, 40
    for paragraph in paragraphs:
        for at in range(0, len(paragraph), per_line):
            for row, sign in enumerate(paragraph[at : at + per_line]):
                right = sign in "。、"  # they stand in the upper right corner of their square
                draw.text((x + (size * 0.6 if right else 0), 200 + row * (size + 4) - (size * 0.6 if right else 0)), sign, font=font, fill=0)
            x -= 84
        x -= 40
    return Page(_png(_scanned(rng, picture)), tuple(paragraphs))


def _drawn(rng: random.Random, paragraphs: list[str], face: str, columns: int, turned: int, *, japanese: bool) -> Page:
    from PIL import Image, ImageDraw, ImageFont

    picture = Image.new("L", (WIDE, HIGH), 255)
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(face, 34)
    wide = (WIDE - 260 - 90 * (columns - 1)) // columns
    per_column = -(-len(paragraphs) // columns)
    for number in range(columns):
        x, y = 130 + number * (wide + 90), 180
        for paragraph in paragraphs[number * per_column : (number + 1) * per_column]:
            for line in _wrapped(draw, font, paragraph, wide, japanese):
                draw.text((x, y), line, font=font, fill=0)
                y += 54
            y += 40
    return Page(_png(_scanned(rng, picture).rotate(-turned, expand=True)), tuple(paragraphs))


def _wrapped(draw: Any, font: Any, text: str, wide: int, japanese: bool) -> list[str]:
    lines, line = [], ""
    for piece in list(text) if japanese else text.split():
        longer = line + piece if japanese or not line else f"{line} {piece}"
        if draw.textlength(longer, font=font) > wide:
            lines.append(line)
            longer = piece
        line = longer
    return [*lines, line]


def _scanned(rng: random.Random, picture: Any) -> Any:
    """Grey, grainy, a little blurred and slanted."""
    import numpy as np
    from PIL import Image, ImageFilter

    picture = picture.rotate(rng.uniform(-0.6, 0.6), fillcolor=255, resample=Image.Resampling.BICUBIC)
    picture = picture.filter(ImageFilter.GaussianBlur(rng.uniform(0.4, 0.9)))
    # Pillow's own noise draws from the C library's generator, whose state is that of the whole process
    drawn = np.random.default_rng(rng.getrandbits(32)).normal(128, rng.uniform(10, 30), picture.size[::-1])
    grain = Image.fromarray(drawn.clip(0, 255).astype(np.uint8))
    return Image.blend(picture, grain, 0.12)


def _png(picture: Any) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", dpi=(DPI, DPI))
    return out.getvalue()
