"""Weights of 4 and 8 bits: found in a model's values, kept on the disk, loaded as they are."""
