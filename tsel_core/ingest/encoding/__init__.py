"""Bytes to text: which encoding, and what is cleaned."""
