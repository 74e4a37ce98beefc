"""Markdown: code, embedded HTML and what a reader does not see."""
