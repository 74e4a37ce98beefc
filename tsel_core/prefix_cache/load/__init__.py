"""The way of kept rows from a file into a cache."""
