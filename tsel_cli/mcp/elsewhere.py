"""Calls of tools that the resident engine answers, so that a server beside other commands loads no model of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tsel_core.errors import TselError


@dataclass(frozen=True)
class Elsewhere:
    """This server's own command line, with which a call is made again in the resident engine."""

    arguments: tuple[str, ...]

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Elsewhere | None:
        """None where the program was not started as this command."""
        return cls(tuple(arguments)) if "mcp" in arguments else None

    def call(self, tool: str, given: Sequence[Any]) -> dict[str, Any] | None:
        """What the tool gives; None when it must be done here. Raises the TselError that it raised there."""
        from tsel_cli.resident.client import printed

        text = printed([*self.arguments, "--call", json.dumps([tool, *given])])
        try:
            found = None if text is None else json.loads(text)
        except ValueError:  # it ended in the middle
            return None
        if found is None:
            return None
        if "error" in found:
            raise TselError(*found["error"])
        return dict(found["result"])
