"""What a meeting decided, who does what, what is open: read from its turns and its written minutes."""
