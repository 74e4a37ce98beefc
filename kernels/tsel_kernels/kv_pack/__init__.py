"""bfloat16 rows in 12 bits a value, exactly."""
