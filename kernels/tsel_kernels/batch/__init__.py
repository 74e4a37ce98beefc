"""A decode step of several sequences at once."""
