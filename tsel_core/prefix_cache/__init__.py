"""A prompt's keys and values kept on disk for the next question ("kept readings")."""
