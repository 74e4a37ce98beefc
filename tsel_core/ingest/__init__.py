"""Files to Documents: `read_document` and `read_documents`. Heavy libraries are imported when a file needs them."""

from __future__ import annotations

from tsel_core.ingest.options import ReadOptions
from tsel_core.ingest.read import read_document, read_documents

__all__ = ["ReadOptions", "read_document", "read_documents"]
