"""`python -m moe`: the same as the console script."""

from moe.cli.main import start

if __name__ == "__main__":
    start()
