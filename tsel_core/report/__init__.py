"""The data of an answer's report."""
