"""`tsel batch`: many files, resumable."""
