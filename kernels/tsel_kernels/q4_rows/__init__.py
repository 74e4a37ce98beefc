"""Rows of keys and values in 4 bits."""
