"""The command line: the only package of tsel that prints."""
