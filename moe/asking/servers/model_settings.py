"""What the configuration says of models: limits and prices, by the model's name on its server."""

from collections.abc import Mapping

from moe.asking.settings import ModelSettings

_FACTS = ("max_concurrent", "requests_per_minute", "prices")


def find_model_facts(models: Mapping[str, ModelSettings]) -> dict[str, ModelSettings]:
    """Limits and prices of the models that config/models.yaml has some for.

    An entry speaks of the model that its `base` stands for, through aliases; of several entries for a model the last
    that says something counts.
    """
    found: dict[str, ModelSettings] = {}
    for name, entry in models.items():
        if entry.describes_model and entry.enabled:
            model = _follow(name, models)
            said = {fact: getattr(entry, fact) for fact in _FACTS if getattr(entry, fact) is not None}
            found[model] = found.get(model, ModelSettings()).model_copy(update=said)
    return found


def _follow(name: str, models: Mapping[str, ModelSettings]) -> str:
    seen: set[str] = set()
    while name not in seen:
        seen.add(name)
        entry = models.get(name)
        if entry is None or entry.base is None:
            break
        name = entry.base
    return name
