"""Routes by what the router knew in another process: no App is opened, and nothing of the project is read."""

from collections.abc import Mapping
from typing import Any

import msgspec

from moe_core.contracts.route import Route
from moe_core.routing.picker import RoutePicker, RouteRules


def route_by(rules: Mapping[str, Any], question: str) -> Route | None:
    """What `App.route` would say of a question alone; None when the rules are none.

    Args:
        rules: From `App.dump_route_rules`.
        question: As a request has it.
    """
    try:
        known = msgspec.convert(rules, RouteRules)
    except ValueError:
        return None
    return RoutePicker(known).pick(question)
