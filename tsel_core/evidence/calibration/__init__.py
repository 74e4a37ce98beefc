"""Which heads of a model find evidence: measured on made documents, kept by the model's hash."""
