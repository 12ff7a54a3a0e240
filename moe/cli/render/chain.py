"""A chain as a tree: who hands work to whom, who serves whom, with which tools."""

from collections.abc import Iterable, Set

from moe.cli.render.screen import Toned, Tree, Words
from moe_core.contracts.chain import Chain, Member, Served
from moe_core.contracts.choice import ProviderChoice


def build_chain_tree(chain: Chain, modelless: Set[str]) -> Tree:
    """The chain from the top down; the Drummers that all Belters share are written out once.

    Args:
        modelless: Names of providers without a language model.
    """
    drummers = tuple(_describe(member, modelless) for member in chain.drummers)
    belters = []
    for place, belter in enumerate(chain.belters):
        repeated = (Tree(label=(Toned(f"the same {len(drummers)} Drummers", "dim"),)),)
        belters.append(_describe(belter, modelless, drummers if place == 0 else repeated))
    if chain.camina is not None:
        return _describe(chain.camina, modelless, belters)
    return belters[0] if belters else drummers[0]


def describe_served(served: Served, modelless: Set[str]) -> str:
    """The model, who serves it, and where; or who stands in for it without a language model."""
    if served.provider in modelless:
        return f"{served.provider} in place of {served.model}, no language model"
    where = f" at {served.base_url}" if served.base_url else ""
    instead = f", instead of {served.instead_of}" if served.instead_of else ""
    return f"{served.model} by {served.provider}{where}{instead}"


def describe_choice(choice: ProviderChoice) -> list[str]:
    """What `auto` decided, a line each: who was taken, and why others were not."""
    about = f", {choice.about}" if choice.about else ""
    return [
        f"auto takes {choice.provider}{about}",
        *(f"not {one.provider}: {one.why}" for one in choice.passed_over),
    ]


def describe_member(member: Member, modelless: Set[str]) -> list[tuple[str, str]]:
    """What belongs to an agent of the chain, as headings and words."""
    heading = "served by" if member.served.provider in modelless else "model"
    parts = [(heading, describe_served(member.served, modelless))]
    if member.fallbacks:
        parts.append(("fallbacks", ", then ".join(describe_served(served, modelless) for served in member.fallbacks)))
    if member.tools:
        parts.append(("tools", ", ".join(member.tools)))
    return parts


def _describe(member: Member, modelless: Set[str], below: Iterable[Tree] = ()) -> Tree:
    label: tuple[Words, ...] = (Toned(f"{member.role} ", "dim"), Toned(member.name, "strong"))
    details = [
        Tree(label=(Toned(f"{heading} ", "dim"), words)) for heading, words in describe_member(member, modelless)
    ]
    return Tree(label=label, children=(*details, *below))
