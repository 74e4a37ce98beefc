"""A linear map of one row with what stands before and after it."""
