"""What every persona must hold to."""

from math import inf

from moe_core.contracts.persona import Persona, Tier
from moe_core.contracts.wire import decode_json, encode_json, to_wire
from moe_core.testing.conformance.verdict import refusing, require, require_json, require_line


def check_persona(persona: Persona) -> None:
    """Check a persona's name, description, traits, cost and tier, and that it survives JSON.

    Raises:
        ConformanceError: It breaks the contract.
    """
    require(isinstance(persona, Persona), f"{persona!r} is no Persona")
    name = persona.name
    require(isinstance(name, str) and name, "a persona has no name")
    require_line(persona.description, f"the description of {name}")
    for trait, value in persona.traits.as_mapping().items():
        require(type(value) is int and 1 <= value <= 9, f"the trait {trait} of {name} is {value!r}, not 1 to 9")
    cost = persona.activation_cost
    is_cost = isinstance(cost, int | float) and 0 <= cost < inf
    require(is_cost, f"the activation cost of {name} is {cost!r}, no finite number from 0")
    require(isinstance(persona.tier, Tier), f"the tier of {name} is {persona.tier!r}, none of {', '.join(Tier)}")
    words = isinstance(persona.expertise, tuple) and all(isinstance(word, str) and word for word in persona.expertise)
    require(words, f"the expertise of {name} is {persona.expertise!r}, no tuple of words")
    require_json(to_wire(persona), f"the persona {name}")
    with refusing(f"the persona {name} does not survive JSON"):
        again = decode_json(Persona, encode_json(persona))
    require(again == persona, f"the persona {name} comes back from JSON changed")
