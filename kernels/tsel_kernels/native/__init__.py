"""Products of a CPU that are compiled on the machine they run on: few rows with weights of 4 and 8 bits.

`emit.py` writes LLVM's intermediate form, `dots.py` the integer dots of each kind of processor, `products.py` and
`team.py` the functions, `build.py` compiles them (llvmlite), `calls.py` is what others call.
"""
