"""The score pass of a decode step: votes of one query over every row."""
