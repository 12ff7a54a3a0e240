"""`python -m moe.web`: the same as `moe serve`."""

import sys

from moe.cli.main import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
