"""Several engines over one model in one process: what their threads write is written together."""
