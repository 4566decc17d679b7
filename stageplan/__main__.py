"""`python -m stageplan`: the command line, where its script is not on the path."""

from stageplan.cli import main

if __name__ == "__main__":
    main()
