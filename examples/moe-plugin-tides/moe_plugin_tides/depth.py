"""How deep the harbour is."""

import math
from typing import Annotated

from pydantic import Field

from moe_core import BaseTool, ToolResult

_MEAN_METRES, _RANGE_METRES, _PERIOD_HOURS = 3.0, 2.4, 12.42


class TideDepth(BaseTool):
    """Tell how deep the harbour is, some hours after high water."""

    name = "tide_depth"
    category = "harbour"
    capabilities = ("tide", "depth")
    effects = ()
    repeats = "safe"

    def execute(self, hours: Annotated[float, Field(ge=0, le=48)]) -> ToolResult:
        """Work it out.

        Args:
            hours: Hours since high water
        """
        depth = _MEAN_METRES + _RANGE_METRES / 2 * math.cos(2 * math.pi * hours / _PERIOD_HOURS)
        return ToolResult(
            data={"metres": round(depth, 2)},
            statement=f"{hours:g} hours after high water the harbour is {depth:.2f} m deep.",
            value=f"{depth:.2f} m",
        )
