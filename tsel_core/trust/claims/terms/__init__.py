"""What stands beside a value and belongs to it: its measure, its limit, what it is counted from, what it is for one of.

`hold` is the last look at a claim that is supported, whatever supported it: a claim may have every word of its sentence
and a small one turned.
"""
