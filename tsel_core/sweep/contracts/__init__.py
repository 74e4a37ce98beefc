"""What a contract states: parties, titles of clauses, signatures, the words of confidentiality."""
