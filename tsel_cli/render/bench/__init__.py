"""Results of `tsel bench` as table, plot and page."""
