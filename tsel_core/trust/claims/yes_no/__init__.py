"""A Yes or No beside the stance of the passages: what they allow, forbid, deny or leave open."""
