"""Rows in 8 bits with a power-of-two scale each."""
