"""Who votes for a row, and what becomes of the rows nobody picked: torch definitions tried on captured layers."""
