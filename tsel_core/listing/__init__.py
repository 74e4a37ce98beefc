"""Exhaustive lists: every unit of a document ends as cited, unsure, or read with nothing found."""
