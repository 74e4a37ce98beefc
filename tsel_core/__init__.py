"""The library behind tsel: documents, prompts, selection, engine, answers. It prints nothing.

```python
import tsel_core as tsel

model = tsel.open("qwen2.5-coder-1.5b")
answer = model.ask("minutes.pdf", "Why did the laser welder fail?")
print(answer.text, answer.citations[0].label, answer.found)
```

Names below are loaded when they are first used (PEP 562): importing the package imports no torch.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from tsel_core.version import __version__

# Read by OpenMP when torch is first imported. By default a thread that is done with its share of an operation spins
# for milliseconds; where other programs want the same cores it takes them from the thread it waits for, and an
# operation of a small model takes 10 to 30 times as long (docs/dev/log.md). GNU's spins briefly, others sleep at once.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")

if TYPE_CHECKING:
    from tsel_core.answer import Answer as Answer
    from tsel_core.answer import Citation as Citation
    from tsel_core.api import Model as Model
    from tsel_core.api import Stream as Stream
    from tsel_core.api import ask as ask
    from tsel_core.api import open as open
    from tsel_core.api import read_documents as read_documents
    from tsel_core.api import summarize as summarize
    from tsel_core.attaching import attach as attach
    from tsel_core.config import SelectionConfig as SelectionConfig
    from tsel_core.document import Document as Document
    from tsel_core.errors import DocumentError as DocumentError
    from tsel_core.errors import DoesNotFit as DoesNotFit
    from tsel_core.errors import ModelError as ModelError
    from tsel_core.errors import TselError as TselError
    from tsel_core.errors import UnreadableDocument as UnreadableDocument
    from tsel_core.errors import UsageError as UsageError

_WHERE = {
    "Answer": "answer",
    "Citation": "answer",
    "Model": "api",
    "Stream": "api",
    "ask": "api",
    "open": "api",
    "read_documents": "api",
    "summarize": "api",
    "attach": "attaching",
    "SelectionConfig": "config",
    "Document": "document",
    "DocumentError": "errors",
    "DoesNotFit": "errors",
    "ModelError": "errors",
    "TselError": "errors",
    "UnreadableDocument": "errors",
    "UsageError": "errors",
}
__all__ = ["__version__", *_WHERE]


def __getattr__(name: str) -> object:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
