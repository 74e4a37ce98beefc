"""The lock on processes that meet untrusted bytes: Landlock and seccomp. Imports nothing of the readers."""
