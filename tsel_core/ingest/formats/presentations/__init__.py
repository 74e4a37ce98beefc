"""Slides: what an audience sees, charts and notes."""
