"""True sentences that answer another question than the one asked: another row, person, time or thing."""
