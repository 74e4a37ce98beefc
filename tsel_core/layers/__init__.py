"""Which of full and selecting attention a layer uses, and what is recorded of it."""
