"""Rows of keys and values: how they are held, stored, indexed, and handed to attention."""
