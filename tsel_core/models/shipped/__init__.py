"""What was checked of some models before a release, so that their first start needs no transformers."""
