"""Where a document answers a question: sentences by words, neighbours, headings and heads."""
