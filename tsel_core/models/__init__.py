"""From a model's name to its weights: catalogue, store, licence, formats, loading."""
