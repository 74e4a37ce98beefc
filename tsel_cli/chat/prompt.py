"""The prompt of `tsel chat` on a terminal: prompt-toolkit when it is installed, input() otherwise."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

from tsel_cli.console import print_note
from tsel_core.cache_paths import cache_dir
from tsel_core.installing import adding

_PROMPT = "> "


def terminal_lines(commands: list[str], keep: bool) -> Iterator[str]:
    """What a person types, until Ctrl-D. Ctrl-C at the prompt clears the line. `keep`: the history goes to a file."""
    try:
        import prompt_toolkit
    except ImportError:
        print_note(f"history and several lines: {adding('prompt-toolkit')}; /help lists commands")
        yield from _plain_lines()
        return
    from prompt_toolkit.auto_suggest import AutoSuggestFromHistory
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.input import create_input
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
    from prompt_toolkit.output import create_output

    bindings = KeyBindings()

    @bindings.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    session: prompt_toolkit.PromptSession[str] = prompt_toolkit.PromptSession(
        _PROMPT,
        history=_history(keep),
        auto_suggest=AutoSuggestFromHistory(),
        completer=WordCompleter([*commands, "/exit"], sentence=True),
        complete_while_typing=False,
        key_bindings=bindings,
        prompt_continuation="  ",
        # of this conversation: the library keeps the first terminal of a process, and the resident engine sees many
        input=create_input(sys.stdin),
        output=create_output(sys.stdout),
    )
    print_note("/help lists commands, Ctrl-D leaves")
    while True:
        try:
            yield session.prompt()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return


def _history(keep: bool):  # type: ignore[no-untyped-def]
    """The questions of earlier conversations (0600), in memory alone when they cannot or must not be kept."""
    from prompt_toolkit.history import FileHistory, InMemoryHistory

    if not keep:
        return InMemoryHistory()
    path = cache_dir() / "last" / "history"
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    except OSError:
        return InMemoryHistory()
    return FileHistory(str(path))


def _plain_lines() -> Iterator[str]:
    while True:
        try:
            yield input(_PROMPT)
        except KeyboardInterrupt:
            print(file=sys.stderr)
        except EOFError:
            return
