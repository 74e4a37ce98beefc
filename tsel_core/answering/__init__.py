"""From a prompt that was read to a draft of the answer: writing it, and describing the run that made it."""
