"""A claim beside the sentence it rests on: what is added, turned round, clipped or only part of it."""
