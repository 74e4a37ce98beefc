"""Each sentence of an answer judged against whole sentences of the document."""
