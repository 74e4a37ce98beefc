"""A comparison as text, page and Word file with tracked changes."""
