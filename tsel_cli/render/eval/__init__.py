"""Results of `tsel eval` as table and page."""
