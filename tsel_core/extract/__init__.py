"""Fields of documents as a table: each value typed, with its quote and place, or plainly not stated."""
