"""Kernels of tsel, one folder each: the torch definition (reference.py), Triton form (triton*.py), quicker CPU form (cpu*.py)."""
