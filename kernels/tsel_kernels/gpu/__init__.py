"""Triton implementations of the definitions in tsel_kernels.reference."""
