"""The HTML report of an answer (`--explain`)."""
