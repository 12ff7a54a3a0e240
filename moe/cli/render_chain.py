"""A chain as a tree: who hands work to whom, who serves whom, with which tools."""

from collections.abc import Iterable

from moe.cli.screen import Toned, Tree, Words
from moe_core.routing.chain import Chain, Member
from moe_core.routing.serving import Served


def build_chain_tree(chain: Chain) -> Tree:
    """The chain from the top down; the Drummers that all Belters share are written out once."""
    drummers = tuple(_describe(member) for member in chain.drummers)
    belters = []
    for place, belter in enumerate(chain.belters):
        repeated = (Tree(label=(Toned(f"the same {len(drummers)} Drummers", "dim"),)),)
        belters.append(_describe(belter, drummers if place == 0 else repeated))
    if chain.camina is not None:
        return _describe(chain.camina, belters)
    return belters[0] if belters else drummers[0]


def describe_served(served: Served) -> str:
    """The model, who serves it, and where."""
    return f"{served.model} by {served.provider}" + (f" at {served.base_url}" if served.base_url else "")


def describe_member(member: Member) -> list[tuple[str, str]]:
    """What belongs to an agent of the chain, as headings and words."""
    parts = [("model", describe_served(member.served))]
    if member.fallbacks:
        parts.append(("fallbacks", ", then ".join(map(describe_served, member.fallbacks))))
    if member.tools:
        parts.append(("tools", ", ".join(member.tools)))
    return parts


def _describe(member: Member, below: Iterable[Tree] = ()) -> Tree:
    label: tuple[Words, ...] = (Toned(f"{member.role} ", "dim"), Toned(member.name, "strong"))
    details = [Tree(label=(Toned(f"{heading} ", "dim"), words)) for heading, words in describe_member(member)]
    return Tree(label=label, children=(*details, *below))
