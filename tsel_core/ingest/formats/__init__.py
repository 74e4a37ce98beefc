"""Readers of text-like files: text, HTML, mail, office tables."""
