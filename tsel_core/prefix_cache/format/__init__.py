"""The file of a kept reading: header, blocks, digests, encryption."""
