"""The process that parses a file, and its limits."""
