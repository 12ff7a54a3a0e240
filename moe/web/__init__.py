"""The server by its other name: `python -m moe.web` is `moe serve`."""
