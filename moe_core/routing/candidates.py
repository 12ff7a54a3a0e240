"""The candidates of a registry, as the router knows them."""

from collections.abc import Iterable, Mapping

from moe_core.contracts.agent import AgentSpec
from moe_core.contracts.route import GENERAL
from moe_core.loading.registry import Registry
from moe_core.routing.profile import DESCRIPTION, Profile


def build_profiles(registry: Registry) -> tuple[Profile, ...]:
    """Camina (as "general") and every Belter, by name.

    An alias is no candidate of its own, nor is a Belter whose name is another's or, brought by several plugins,
    nobody's: those are asked for by their full ids, and so is a Belter that calls itself "general".
    """
    caminas = sorted(registry.caminas, key=lambda entry: (entry.name != str(entry.kind), entry.full_id))
    found = {GENERAL: build_profile(caminas[0].value, GENERAL) if caminas else Profile(name=GENERAL)}
    for entry in sorted(registry.belters, key=lambda entry: entry.full_id):
        if not entry.alias_of and registry.belters.find_name(entry) == entry.name:
            found.setdefault(entry.name, build_profile(entry.value, entry.name))
    return tuple(found[name] for name in sorted(found))


def build_profile(agent: AgentSpec, name: str) -> Profile:
    """Read an agent as a candidate.

    META `vocabulary` speaks for it: words in a string or a list, or a map of such groups; "-" joins a phrase. So do
    a Belter's name and capabilities. Without a vocabulary its description does, word by word.
    """
    given = agent.meta.get("vocabulary")
    groups = given if isinstance(given, Mapping) else {"": given}
    vocabulary = {str(group): tuple(dict.fromkeys(_read_phrases(value))) for group, value in groups.items()}
    if name != GENERAL:
        vocabulary["name"] = (agent.name, *agent.capabilities)
    if not any(vocabulary[str(group)] for group in groups):
        vocabulary[DESCRIPTION] = tuple(agent.description.split())
    return Profile(
        name=name,
        vocabulary=tuple((group, phrases) for group, phrases in vocabulary.items() if phrases),
        examples=agent.examples,
    )


def _read_phrases(value: object) -> Iterable[str]:
    if isinstance(value, str):
        return value.split()
    if isinstance(value, list | tuple):
        return [phrase for phrase in value if isinstance(phrase, str)]
    return []
