"""read_document: files to Document."""
