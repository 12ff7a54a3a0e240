"""The stored form of a persona straight from its bytes: what moe reads by the thousand."""

from typing import Annotated, Any

import msgspec

from moe_core.contracts.persona import MAIN_TRAITS, Persona, Tier, Traits
from moe_core.contracts.wire import decode_json
from moe_core.loading.persona_forms import read_persona

_NAME = r"^[A-Za-z][A-Za-z0-9_.-]*$(?!\n)"
_Trait = Annotated[int, msgspec.Meta(ge=1, le=9)]


class _StoredMetadata(msgspec.Struct):
    description: str = ""
    traversal: str = ""
    tier: Tier = Tier.EXPERIMENTAL


class _StoredPersona(msgspec.Struct, forbid_unknown_fields=True):
    persona_id: Annotated[str, msgspec.Meta(pattern=_NAME, max_length=64)]
    traits: dict[str, _Trait]
    expertise: tuple[Annotated[str, msgspec.Meta(min_length=1)], ...]
    activation_cost: Annotated[float, msgspec.Meta(ge=0)]
    historical_performance: dict[str, Any]
    metadata: dict[str, Any]


_OWN = _StoredMetadata.__struct_fields__
_decoder = msgspec.json.Decoder(_StoredPersona)


def decode_persona(data: bytes) -> Persona:
    """The persona that bytes hold in the stored form; what is not plainly right goes through `read_persona`.

    Raises:
        PersonaError: All that is wrong with it.
        ValueError: It is no JSON.
    """
    try:
        stored = _decoder.decode(data)
        own = msgspec.convert(stored.metadata, _StoredMetadata)
    except msgspec.ValidationError:
        return read_persona(decode_json(dict[str, Any], data))
    traits = stored.traits
    main = {name: traits.pop(name) for name in MAIN_TRAITS if name in traits}
    return Persona(
        name=stored.persona_id,
        description=own.description,
        traits=Traits(**main, further=traits),
        expertise=stored.expertise,
        activation_cost=stored.activation_cost,
        traversal=own.traversal,
        tier=own.tier,
        historical_performance=stored.historical_performance,
        metadata={key: value for key, value in stored.metadata.items() if key not in _OWN},
    )
