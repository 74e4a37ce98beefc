"""Writing the cache: norm, rotation, K, V and the key index."""
