"""Every error a user can meet. The command line maps each to two lines and an exit code, once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


class TselError(Exception):
    """What went wrong (`message`: the thing, the rule, the value) and what to do about it (`hint`).

    `exit_code` follows the table in docs/cli.md: 0 ok, 1 error, 2 usage, 3 not found in the document,
    4 a citation failed its check, 5 does not fit, 6 the text could not be read well, 130 interrupted.
    """

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(TselError):
    """The command was called with something it cannot accept."""

    exit_code = 2


class DoesNotFit(TselError):
    """The document does not fit: the trained window, the memory, or a limit the user gave."""

    exit_code = 5


class OutOfMemory(DoesNotFit):
    """The memory of a device or of the host ran out although the plan said it would do (others use it, too)."""


class DeviceLost(TselError):
    """The GPU reported an error after which nothing on it can be trusted."""


class UnreadableDocument(TselError):
    """The text of the document could not be read well enough to answer from: scan, garbled, encrypted."""

    exit_code = 6


class DocumentError(TselError):
    """The file is missing, corrupt, encrypted, or not what its name says."""


class ModelError(TselError):
    """The model is unknown, incomplete, damaged, or of a kind that is not handled."""


class UnknownModel(ModelError):
    """A name that is no model's: a slip of the caller, as an option that is not there."""

    exit_code = 2


class NotFinite(ModelError):
    """The model gave logits that are NaN or infinite: damaged weights, or numbers beyond the precision."""

    def __init__(self, num_tokens: int) -> None:
        super().__init__(
            f"the model gave logits that are not finite after {num_tokens:,} tokens",
            "the weights may be damaged (tsel models rm, then pull), or use --attention full",
        )


@contextmanager
def about_file(path: str | os.PathLike[str]) -> Iterator[None]:
    """Within it an OSError names the file: the system names it when it is opened, not when the disk is full later."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno is not None:
            error.filename = os.fspath(path)
        raise
