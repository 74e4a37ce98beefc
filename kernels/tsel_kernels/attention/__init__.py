"""Exact attention: of scattered rows over the whole cache, of a chunk over picked rows, of a chunk over everything."""
