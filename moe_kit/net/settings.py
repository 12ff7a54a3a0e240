"""The settings that every tool which reaches the network shares."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from moe_core.contracts.errors import ToolError
from moe_core.contracts.wire import JsonObject


def _split_names(value: Any) -> Any:
    """A comma-separated string is a list, as it comes from the environment."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


Names = Annotated[tuple[str, ...], BeforeValidator(_split_names)]


class NetSettings(BaseModel):
    """Limits of a tool that fetches; a tool adds its own fields by subclassing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    allow_private: Names = Field((), description="host:port entries whose address may be private or loopback")
    timeout_seconds: float = Field(
        20.0, gt=0, le=600, description="Longest that one request may take, redirects included"
    )
    max_bytes: int = Field(1_000_000, ge=1, le=100_000_000, description="Longest answer that is read")
    contact: str = Field("", max_length=200, description="E-mail address told to the servers, as some ask for")

    @classmethod
    def read(cls, tool: str, settings: JsonObject) -> Self:
        """Check a tool's settings.

        Raises:
            ToolError: A key is unknown or a value does not fit; the first misfit is named.
        """
        try:
            return cls.model_validate(dict(settings))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "settings"
            raise ToolError(
                f"settings of {tool}: {place}: {first['msg']}",
                tool=tool,
                hint=f"see {tool} in config/tools.yaml; it knows {', '.join(sorted(cls.model_fields))}",
            ) from error

    def user_agent(self) -> str:
        """What the tool calls itself to servers."""
        return f"moe-core (mailto:{self.contact})" if self.contact else "moe-core"
