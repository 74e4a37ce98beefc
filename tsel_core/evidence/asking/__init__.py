"""One prompt put to a model over a kept reading: tails, constraints, borrowed rows, replies."""
