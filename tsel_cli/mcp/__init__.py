"""tsel as a server of the Model Context Protocol: its commands as tools of another program's assistant."""
