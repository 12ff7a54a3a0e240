"""The names that a request says, looked up before its run begins."""

from moe.contracts.request import RunRequest
from moe_core.contracts.agent import Role
from moe_core.contracts.choice import AUTO
from moe_core.loading.registry import Registry


def check_names(registry: Registry, request: RunRequest) -> None:
    """Refuse a request that names an agent, a provider or a persona that is not there.

    Raises:
        NameUnknownError: Which, with the nearest names.
        NameTakenError: Several plugins bring that name.
    """
    if request.belter is not None:
        registry.agents(Role.BELTER).get(request.belter)
    if request.drummer is not None:
        registry.agents(Role.DRUMMER).get(request.drummer)
    if request.provider is not None and request.provider != AUTO:
        registry.model_providers.get(request.provider)
    for name in request.personas:
        registry.personas.get(name)
