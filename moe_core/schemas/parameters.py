"""The JSON Schema of a tool's parameters, pydantic imported for those tools only that need it."""

from pkgutil import resolve_name

from moe_core.contracts.tool import BaseTool
from moe_core.contracts.wire import JsonObject


class CallShapeError(Exception):
    """The signature gives no parameters; the message says why, in one line that begins with `execute`."""


def get_parameter_schema(tool: type[BaseTool]) -> JsonObject:
    """JSON Schema of a tool's parameters; an open object when it declares none.

    Raises:
        CallShapeError: Its `execute` has a signature that cannot be read.
    """
    schema: JsonObject = resolve_name("moe_core.schemas.call_shape:read_call_shape")(tool).schema
    return schema
