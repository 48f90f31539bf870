"""`python -m agent`: the same as the installed command `elearn`."""

from agent.cli import main

main()
