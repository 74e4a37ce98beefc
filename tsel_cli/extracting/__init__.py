"""`tsel extract`: rows of a table from one engine or several, kept until the table is whole."""
