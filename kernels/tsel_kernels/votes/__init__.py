"""Soft votes of many voters at once, and the normaliser they share."""
