"""One short module per command of the command line."""
