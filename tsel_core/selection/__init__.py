"""The method: which rows a block of queries attends to."""
