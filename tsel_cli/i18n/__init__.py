"""The messages of the command line in the user's language: English, or one that tsel_cli/locale has catalogues of."""

from tsel_cli.i18n.language import follow, given_language, message_language, messages_for
from tsel_cli.i18n.translate import translate

__all__ = ["follow", "given_language", "in_language", "message_language", "messages_for", "say", "translate"]


def in_language(text: str, language: str) -> str:
    """A finished English message in `language`; English where its catalogues do not know it, or there are none."""
    return translate(text, language)


def say(text: str) -> str:
    """A message of this command line, in the language of messages now."""
    return in_language(text, message_language())
