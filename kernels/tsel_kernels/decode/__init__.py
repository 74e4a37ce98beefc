"""A decode step's selection and attention."""
