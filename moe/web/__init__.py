"""The page: its built files, how browsers get them, and `python -m moe.web`, which is `moe serve`."""
