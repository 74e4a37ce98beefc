"""`tsel chat`: questions one after another."""
