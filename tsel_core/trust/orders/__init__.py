"""Text of a document that gives orders to the reader or to the program: found without a model."""
