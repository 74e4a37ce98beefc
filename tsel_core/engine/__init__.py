"""Reading prompts and writing answers with one loaded model."""
