"""Personal data in documents, by their forms: what a person should look at before a paper leaves the house."""
