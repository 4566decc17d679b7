"""`python -m stageplan`: the command line, where its script is not on the path."""

from stageplan.cli import main

main()
