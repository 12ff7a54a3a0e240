"""The commands whose output is remembered: what plugins, modelfiles and settings alone decide."""

ROUTE = ("route",)
"""The words of the command line by which the router's rules are kept: they serve all questions."""

RULES = "rules"
"""Where they are in what is kept."""

ARGUMENTS = "moe.arguments"
"""In the meta of click's context: the words after `moe`."""

LISTINGS = {
    "agents": ("list",),
    "config": ("show",),
    "plugins": ("hooks", "info", "list", "timing", "why"),
    "tools": ("list", "show"),
}


def is_listing(arguments: list[str] | tuple[str, ...]) -> bool:
    """Whether the words after `moe` are such a command's."""
    return len(arguments) > 1 and arguments[1] in LISTINGS.get(arguments[0], ())
