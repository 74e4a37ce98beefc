"""Recordings: what is said in them, written down as a transcript that is then read as any other."""
