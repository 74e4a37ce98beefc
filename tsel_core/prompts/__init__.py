"""A document and a task as token ids, with the way back from tokens to units."""
