"""The audit log: what ran, without the text."""
