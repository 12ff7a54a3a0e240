"""What documents of several formats lose, in the same words."""

TRACKED_CHANGES = "tracked changes are read as accepted: what was deleted is left out"
CELL_REMARKS = "remarks on cells are left out"


def describe_comments(count: int) -> str:
    """Comments that are left out."""
    return f"{count} comments are left out" if count > 1 else "a comment is left out"


def describe_hidden_sheet(name: str) -> str:
    """A sheet that is not shown, and not read."""
    return f"sheet {name!r} is hidden, and left out; unhide it to have it read"


def describe_cut_sheet(name: str) -> str:
    """A sheet that has more than anybody reads."""
    return f"sheet {name!r} is read in part; split it"
