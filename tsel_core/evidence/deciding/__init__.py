"""Which of several answers stands: their values, their agreement, the judgement of a clause."""
