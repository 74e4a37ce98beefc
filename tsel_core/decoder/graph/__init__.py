"""The decode step captured as a CUDA graph."""
