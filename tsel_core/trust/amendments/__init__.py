"""Sentences of a document that change what an earlier place of it says: amendments of clauses, moved dates."""
