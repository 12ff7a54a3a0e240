"""`python -m moe`: the same as the console script."""

import sys

from moe.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
