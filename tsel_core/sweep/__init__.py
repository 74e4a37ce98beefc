"""Summaries that are made: a document gone through section by section into items that are checked and linked."""
