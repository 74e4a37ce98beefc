"""Gather of cache rows into a packed buffer."""
