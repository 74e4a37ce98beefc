"""The long-context benchmarks others publish, generated or read from a folder (tsel eval --suite)."""
