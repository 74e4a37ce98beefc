"""Attention whose far rows stand at other positions than near ones: prompts past the trained window."""
