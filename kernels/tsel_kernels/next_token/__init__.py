"""The end of a written token: its choice, what its picks held, and the counts of the next step."""
