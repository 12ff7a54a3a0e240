"""What the plugin brings: a tool, a persona and a Belter."""

import json
from pathlib import Path

from moe_core import Persona, Tier, Traits, hookimpl
from moe_plugin_tides.depth import TideDepth

MOE_API_VERSION = 1
_HERE = Path(__file__).parent


@hookimpl
def moe_tools():
    return [TideDepth]


@hookimpl
def moe_personas():
    told = json.loads((_HERE / "harbour_pilot.json").read_text(encoding="utf-8"))
    traits, expertise = Traits(**told.pop("traits")), tuple(told.pop("expertise"))
    return [Persona(traits=traits, expertise=expertise, tier=Tier(told.pop("tier")), **told)]


@hookimpl
def moe_modelfiles():
    return [_HERE / "modelfiles"]
