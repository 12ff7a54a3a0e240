"""Call an HTTP API on a host that the configuration allows."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from moe_core import BaseTool, ToolContext, ToolError, ToolResult
from moe_core.contracts.wire import encode_json
from moe_kit.net.client import FetchReply, FetchRequest, check_status, fetch
from moe_kit.net.guard import NetPolicy
from moe_kit.net.settings import Names, NetSettings

_REMEDY = "allow it in config/tools.yaml: http_api: {settings: {allow: ['{host}']}}"
_TEXT_TYPES = ("text/", "application/xml", "application/xhtml", "application/javascript", "application/x-ndjson")

HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")]
HeaderValue = Annotated[str, StringConstraints(max_length=8000)]
QueryValue = str | int | float | bool | list[str | int | float | bool]


class HttpApiSettings(NetSettings):
    """Limits, from config/tools.yaml; nothing is allowed until it is listed."""

    allow: Names = Field((), description="Hosts that may be called: example.org, *.example.org, example.org:8443")


class HttpApiParams(BaseModel):
    """One call."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        min_length=1, max_length=4000, description="Address of the API, http or https, without credentials"
    )
    method: Literal["GET", "POST"] = Field("GET", description="HTTP method")
    query: dict[str, QueryValue] = Field(default_factory=dict, description="Query parameters, added to the URL")
    headers: dict[HeaderName, HeaderValue] = Field(default_factory=dict, description="Request headers")
    json_body: JsonValue = Field(None, alias="json", description="JSON body of a POST")


class HttpApi(BaseTool):
    """Call an HTTP API on an allowed host and read its JSON or text."""

    name = "http_api"
    description = "Call an HTTP API on a host that the configuration allows, and read its JSON or text"
    category = "web"
    capabilities = ("http", "api", "api_call", "web")
    effects = ("net",)

    async def execute(self, wanted: HttpApiParams, context: ToolContext) -> ToolResult:
        """Make the call; redirects are followed to allowed hosts only."""
        settings = HttpApiSettings.read(self.name, context.settings)
        if wanted.json_body is not None and wanted.method != "POST":
            raise ToolError("a JSON body goes with method POST", tool=self.name)
        headers = {"Accept": "application/json, text/*;q=0.8", "User-Agent": settings.user_agent()}
        content = None
        if wanted.method == "POST":
            content = b"" if wanted.json_body is None else encode_json(wanted.json_body)
            headers["Content-Type"] = "application/json"
        reply = await fetch(
            FetchRequest(
                url=wanted.url,
                method=wanted.method,
                query=wanted.query,
                headers=_merge(headers, wanted.headers),
                content=content,
            ),
            policy=NetPolicy(allow=settings.allow, allow_private=settings.allow_private, remedy=_REMEDY),
            timeout_seconds=settings.timeout_seconds,
            max_bytes=settings.max_bytes,
            deadline=context.deadline,
        )
        check_status(reply)
        head = {"url": reply.url, "status": reply.status, "media_type": reply.media_type}
        return ToolResult(data={**head, **_read_body(reply)})


def _merge(defaults: dict[str, str], given: dict[str, str]) -> dict[str, str]:
    """The caller's headers over ours, whatever their capitals."""
    names = {name.lower() for name in given}
    return {**{name: value for name, value in defaults.items() if name.lower() not in names}, **given}


def _read_body(reply: FetchReply) -> dict[str, Any]:
    if not reply.body:
        return {"text": ""}
    if reply.media_type.endswith(("/json", "+json")):
        return {"json": reply.json()}
    if reply.media_type and not reply.media_type.startswith(_TEXT_TYPES) and not reply.media_type.endswith("+xml"):
        raise ToolError(f"{reply.host} answered with {reply.media_type[:60]}, which is neither JSON nor text")
    return {"text": reply.text()}
