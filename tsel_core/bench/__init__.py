"""`tsel bench`: speed and fidelity of settings on this machine."""
