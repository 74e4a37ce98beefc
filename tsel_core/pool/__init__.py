"""Several engines, each a process of its own."""
