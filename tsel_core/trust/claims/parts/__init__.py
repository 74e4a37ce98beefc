"""What a sentence says: its words, names, values, denials, roles and what a question asks of it."""
