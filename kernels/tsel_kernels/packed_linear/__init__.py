"""A linear map of one row whose weights are 4- or 8-bit codes with a scale a group."""
