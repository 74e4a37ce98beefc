"""The resident engine: a process of this user that holds the model between commands.

A command hands over its arguments, folder, environment and its own stdin, stdout and stderr (the descriptors, so a
terminal stays one); the process runs the same command code with them, one command at a time, and gives back the exit
code. `client` is imported on every start of `tsel` and imports nothing heavy.
"""
