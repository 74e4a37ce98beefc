"""Summaries that are made: a document gone through section by section into items that are checked and linked.

`summary` is the way in, `run` goes through the sections, `meetings` and `contracts` read items from the text without a
model, `points` asks the model for the rest, `merge` joins what is the same, `report` writes.
"""
