"""Answer to terminal, Markdown, JSON and HTML. The answer goes to stdout, the receipt to stderr."""

from tsel_cli.render.forms import answer_json, answer_markdown, answer_text, citation_line
from tsel_cli.render.receipt import print_receipt

__all__ = ["answer_json", "answer_markdown", "answer_text", "citation_line", "print_receipt"]
