"""Each sentence of an answer judged against whole sentences of the document.

`judge` goes through the claims: `parts` reads a sentence, `support` holds a claim to the sentence it rests on,
`yes_no` a Yes or No against what passages allow or deny, `other_fact` finds true sentences about another question;
`verdicts` puts together what they found. Imports go from `judge` to `parts`, never back.
"""
