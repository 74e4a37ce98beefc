"""Kernels of tsel: pure-torch definitions (reference) and Triton implementations (gpu)."""
