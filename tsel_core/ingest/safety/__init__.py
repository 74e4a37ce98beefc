"""The process that parses files, its limits, and what kind a file is."""
