"""What must travel with converted weights: the licence's text and a notice of origin and changes."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

from tsel_core.models.catalog import CatalogEntry

_NOTICE = """\
{title}
{attribution}
Original model: {origin} on the Hugging Face Hub. Licence: {licence}.

Changes made to it: the weights were quantized by their publisher into a GGUF file
(sha256 {sha256});
this program dequantized that file to bfloat16 safetensors. The values are those of the
quantized file, not of the original. Tokenizer and chat template are the file's own.
The licence's text is in LICENSE, or at https://www.apache.org/licenses/LICENSE-2.0
"""


def write_licence(folder: Path, entry: CatalogEntry) -> None:
    """NOTICE and LICENSE of a converted catalogue model into its folder."""
    notice = _NOTICE.format(
        title=entry.title,
        attribution=entry.attribution,
        origin=entry.origin,
        licence=entry.licence,
        sha256=entry.hub_file.sha256 if entry.hub_file else entry.gguf_sha256,
    )
    (folder / "NOTICE").write_text(notice, encoding="utf-8")
    text = _apache_text()
    if text:
        (folder / "LICENSE").write_text(text, encoding="utf-8")


def _apache_text() -> str | None:
    """The Apache-2.0 text: this program carries it for itself, in a checkout or in its installed metadata."""
    beside = Path(__file__).resolve().parents[2] / "LICENSE"
    if beside.is_file():
        return beside.read_text(encoding="utf-8")
    try:
        distribution = metadata.distribution("tsel-reader")
    except metadata.PackageNotFoundError:
        return None
    for name in ("licenses/LICENSE", "LICENSE"):
        text = distribution.read_text(name)
        if text:
            return text
    return None
