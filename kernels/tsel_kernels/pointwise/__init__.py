"""Memory-bound helpers: norm, activation, rotation, delta correction."""
