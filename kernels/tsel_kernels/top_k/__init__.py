"""The k rows with the most votes."""
