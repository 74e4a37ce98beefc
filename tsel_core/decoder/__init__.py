"""The lean forward pass of Llama-type decoders."""
