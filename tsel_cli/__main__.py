"""python -m tsel_cli"""

from tsel_cli.app import main

main()
