"""Answer to terminal, Markdown, JSON and HTML."""
