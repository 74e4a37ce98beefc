"""Web pages as text: what a browser would show, by its styles."""
