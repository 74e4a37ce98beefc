"""PDF files: pypdfium2 reads the text, pypdf the structure."""
