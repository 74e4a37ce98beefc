"""python -m tsel_cli"""

from tsel_cli.entry import main

main()
