"""`tsel serve`: the OpenAI-compatible interface."""
