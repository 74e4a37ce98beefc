"""Summaries as files an office keeps: Word, Markdown, HTML."""
