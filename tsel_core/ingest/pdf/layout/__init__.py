"""The order of a page's text: columns, lines, paragraphs, tables, furniture."""
