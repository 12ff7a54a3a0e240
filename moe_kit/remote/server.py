"""One server, by its command or its address: its tools listed and called by the protocol's own SDK."""

import hashlib
import json
import os
import subprocess
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pkgutil import resolve_name
from typing import Any
from urllib.parse import urlsplit

import anyio
import anyio.to_thread

from moe_core.contracts.definition import ToolDefinition
from moe_core.contracts.errors import ConfigError, MoeError, ToolError
from moe_core.contracts.outgoing import Sending, note_sending
from moe_core.schemas.validator import get_validator
from moe_core.text.secrets import hide_secrets
from moe_kit.secrets.resolver import resolve_secret

EXTRA_HINT = "pip install 'moe-core[mcp]'"
_TEXT_MOST = 200_000  # characters of a result: more fills a model's context, and nobody's answer
_PAGES_MOST = 50  # a server that never ends its list is cut off
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteServer:
    """A server as the configuration names it.

    Attributes:
        name: Its entry's.
        command: What is started, with its arguments; empty for one at an address.
        url: Of its streamable HTTP endpoint; "" for one that is started.
        env: Names of environment variables that a started server is given, beside PATH and the like.
        token: A reference to the bearer token for the address; "" for none.
        timeout_seconds: For one listing or call, starting the server included.
    """

    name: str
    command: tuple[str, ...] = ()
    url: str = ""
    env: tuple[str, ...] = ()
    token: str = field(default="", repr=False)
    timeout_seconds: float = 60.0

    @property
    def identity(self) -> str:
        """Changes with whatever is started or asked."""
        return hashlib.sha256(json.dumps([self.command, self.url]).encode()).hexdigest()

    @property
    def label(self) -> str:
        """For people."""
        return f"MCP server {self.name}"

    async def list_definitions(self) -> tuple[ToolDefinition, ...]:
        """Its tools, as it defines them now.

        Raises:
            ToolError: It cannot be started or asked, or defines what is no tool.
        """
        async with self._open() as client:
            return await self._list(client)

    async def call(self, definition: ToolDefinition, params: Mapping[str, Any]) -> dict[str, Any]:
        """What a tool gives, if it is still defined as it was accepted.

        Raises:
            ToolError: It is not, it fails, or the server does.
        """
        async with self._open() as client:
            now = {one.name: one.digest for one in await self._list(client)}
            if now.get(definition.name) != definition.digest:
                what = "is gone" if definition.name not in now else "is defined otherwise than you have accepted"
                raise ToolError(
                    f"{definition.name} of {self.label} {what}, and was not called",
                    tool=definition.name,
                    hint=f"moe mcp accept {self.name} shows what has changed",
                )
            self._note(params)
            return self._read(definition, await client.call_tool(definition.name, dict(params)))

    @asynccontextmanager
    async def _open(self) -> AsyncIterator[Any]:
        try:
            with anyio.fail_after(self.timeout_seconds):
                async with self._connect() as client:
                    yield client
        except TimeoutError as error:
            raise self._fail(f"did not answer within {self.timeout_seconds:.3g} s", retryable=True) from error
        except MoeError:
            raise
        except Exception as error:  # the SDK's failures come grouped, in classes of several packages
            told = _find_told(error)
            if isinstance(told, MoeError):
                raise told from error
            said = hide_secrets(" ".join(str(told).split()))[:200] or type(told).__name__
            raise self._fail(f"fails: {said}") from error

    @asynccontextmanager
    async def _connect(self) -> AsyncIterator[Any]:
        make_client = self._find("mcp:Client")
        if self.command:
            make_parameters = self._find("mcp:StdioServerParameters")
            handed = {name: os.environ[name] for name in self.env if name in os.environ}
            parameters = make_parameters(command=self.command[0], args=list(self.command[1:]), env=handed)
            transport = self._find("mcp:stdio_client")(parameters, errlog=subprocess.DEVNULL)
            async with make_client(transport) as client:
                yield client
            return
        headers = await self._find_headers()
        async with self._find("httpx2:AsyncClient")(headers=headers, timeout=self.timeout_seconds) as http:
            transport = self._find("mcp.client.streamable_http:streamable_http_client")(self.url, http_client=http)
            async with make_client(transport) as client:
                yield client

    async def _find_headers(self) -> dict[str, str]:
        if not self.token:
            return {}
        find = partial(resolve_secret, self.token, setting=f"tools.{self.name}.mcp.token")
        return {"authorization": f"Bearer {await anyio.to_thread.run_sync(find)}"}

    async def _list(self, client: Any) -> tuple[ToolDefinition, ...]:
        found: dict[str, ToolDefinition] = {}
        cursor = None
        for _ in range(_PAGES_MOST):
            page = await client.list_tools(cursor=cursor)
            for tool in page.tools:
                schema = dict(tool.input_schema)
                try:
                    get_validator(schema)
                except ConfigError as error:
                    raise self._fail(f"gives {tool.name} parameters of no JSON Schema: {error.message}") from error
                found[tool.name] = ToolDefinition(
                    name=tool.name, description=tool.description or tool.title or "", schema=schema
                )
            cursor = page.next_cursor
            if not cursor:
                break
        return tuple(found.values())

    def _read(self, definition: ToolDefinition, reply: Any) -> dict[str, Any]:
        texts = [part.text for part in reply.content if part.type == "text"]
        text = "\n".join(texts)[:_TEXT_MOST]
        if reply.is_error:
            told = hide_secrets(" ".join(text.split()))[:300] or "without a word"
            raise ToolError(f"{definition.name} of {self.label} failed: {told}", tool=definition.name)
        left_out = len(reply.content) - len(texts)
        # Below a key of their own: what a server calls "evidence" or "value" is none of moe's.
        data = {} if reply.structured_content is None else {"data": reply.structured_content}
        return {"text": text, **data, **({"left_out": f"{left_out} part(s) that are no text"} if left_out else {})}

    def _note(self, params: Mapping[str, Any]) -> None:
        parts = urlsplit(self.url)
        to = parts.netloc.rpartition("@")[2] or f"the program {self.command[0]}"
        is_local = bool(self.command) or parts.hostname in _LOOPBACK
        note_sending(Sending(to=to, size_bytes=len(json.dumps(params, default=str)), is_local=is_local))

    def _find(self, reference: str) -> Any:
        try:
            return resolve_name(reference)
        except ImportError as error:
            raise ToolError(
                "the package mcp, which speaks to such servers, is not installed", hint=EXTRA_HINT
            ) from error

    def _fail(self, what: str, *, retryable: bool = False) -> ToolError:
        hint = f"see that its entry in config/tools.yaml is right, and try: moe mcp accept {self.name}"
        return ToolError(f"{self.label} {what}", retryable=retryable, hint=hint)


def _find_told(error: BaseException) -> BaseException:
    """The first failure of a group."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
