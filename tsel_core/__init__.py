"""The library behind tsel: documents, prompts, selection, engine, answers. It prints nothing."""

__version__ = "0.1.0"
