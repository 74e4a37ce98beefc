"""Whether an answer is right: quotes, facts, citations, claims."""
