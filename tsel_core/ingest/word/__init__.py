"""Word files: an own walk of the OOXML, because a library that skips parts gives wrong answers in a contract."""
