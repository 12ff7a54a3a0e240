"""The check of a persona passes a good one, and names what is wrong with each bad one."""

from dataclasses import replace

import pytest

from moe_core import (
    Persona,
    Traits,
)
from moe_core.testing import (
    ConformanceError,
    check_persona,
)

ANN = Persona(name="ann", description="Digs.", expertise=("law",), traits=Traits(depth=9))


def test_a_good_persona_passes():
    check_persona(ANN)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "no name"),
        ({"description": ""}, "description"),
        ({"activation_cost": -1.0}, "activation cost"),
        ({"activation_cost": float("inf")}, "activation cost"),
        ({"tier": "somewhere"}, "tier"),
        ({"expertise": "law"}, "expertise"),
        ({"traits": Traits(depth=4.5)}, "trait depth"),
        ({"traits": Traits(further={"figures": 4.5})}, "trait figures"),
        ({"metadata": {"x": float("inf")}}, "JSON"),
        ({"metadata": {"x": (1, 2)}}, "changed"),
    ],
)
def test_a_bad_persona_is_told_what_is_wrong(change, words):
    with pytest.raises(ConformanceError, match=words):
        check_persona(replace(ANN, **change))
