"""Retrieval heads: what they look at, as masses on sentences, and the table of heads of a model."""
