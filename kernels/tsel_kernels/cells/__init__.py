"""Everybody votes: cells of rows with like keys, the votes of all queries for them, attention with their rest."""
