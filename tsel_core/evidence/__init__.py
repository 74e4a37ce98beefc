"""Evidence: where the document answers a question, found before the answer is written and looked at again."""
