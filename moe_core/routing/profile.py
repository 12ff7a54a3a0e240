"""What the router knows about a candidate: the words that speak for it and the requests it is made for."""

from collections.abc import Iterable
from dataclasses import dataclass

from moe_core.contracts.agent import AgentSpec
from moe_core.loading.registry import Registry
from moe_core.routing.route import GENERAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One candidate.

    Attributes:
        name: The Belter's name, or "general" for Camina.
        phrases: Words and short phrases that speak for it.
        examples: Requests it is made for.
    """

    name: str
    phrases: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


def build_profiles(registry: Registry) -> tuple[Profile, ...]:
    """Camina (as "general") and every Belter, by name.

    An alias is no candidate of its own. Of several Belters with one name the first is read; whoever assembles the
    chain reports the collision. A Belter that calls itself "general" can only be asked for by its full id.
    """
    caminas = sorted(registry.caminas, key=lambda entry: (entry.name != str(entry.kind), entry.name))
    found = {GENERAL: build_profile(caminas[0].value, GENERAL) if caminas else Profile(name=GENERAL)}
    for entry in sorted(registry.belters, key=lambda entry: entry.full_id):
        if not entry.alias_of:
            found.setdefault(entry.name, build_profile(entry.value, entry.name))
    return tuple(found[name] for name in sorted(found))


def build_profile(agent: AgentSpec, name: str) -> Profile:
    """Read an agent as a candidate.

    META `vocabulary` (one string, words parted by white space, "-" joining a phrase; or a list of phrases) is what
    speaks for it, with its capabilities and name. Without a vocabulary its description does, word by word.
    """
    vocabulary = tuple(_read_vocabulary(agent.meta.get("vocabulary")))
    own = () if name == GENERAL else (agent.name, *agent.capabilities)
    phrases = (*own, *(vocabulary or agent.description.split()))
    return Profile(name=name, phrases=tuple(dict.fromkeys(phrases)), examples=agent.examples)


def _read_vocabulary(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list | tuple):
        return [phrase for phrase in value if isinstance(phrase, str)]
    return []
