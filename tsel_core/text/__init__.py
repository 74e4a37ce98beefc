"""What is true of text alone: comparable forms, sentences, numbers and dates, languages, safe printing."""
