"""The transport over gRPC: one call an envelope, its events as a stream; JSON both ways, so no schema is compiled."""

import os
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from pathlib import Path
from pkgutil import resolve_name
from typing import Any
from urllib.parse import urlsplit

import anyio

from moe_core import Dispatch, Envelope, Transport, TransportError, TransportPlace, TransportTls, hookimpl
from moe_kit.net.listening import open_door
from moe_kit.net.own_certificate import find_own_fault, find_refusal

SERVICE, METHOD = "moe.Tasks", "Do"
_PORT = 6001
_BYTES_MAX = 256 << 20
_OPTIONS = (
    ("grpc.max_receive_message_length", _BYTES_MAX),
    ("grpc.max_send_message_length", _BYTES_MAX),
    ("grpc.so_reuseport", 0),
)
_RETRYABLE = ("UNAVAILABLE", "CANCELLED", "DEADLINE_EXCEEDED", "UNKNOWN", "INTERNAL")


class GrpcTransport(Transport):
    """The method `moe.Tasks/Do` takes an envelope and answers with a stream of events, both as JSON.

    Needs the extra `grpc`.
    """

    name = "grpc"
    summary = "One gRPC call a task, its events as a stream; needs moe-core[grpc]"
    schemes = ("grpc", "grpcs")
    extra = "grpc"

    def __init__(self, place: TransportPlace | None = None) -> None:
        super().__init__(place)
        parts = urlsplit(self.place.url)
        host = parts.hostname or "127.0.0.1"
        self._address = f"{f'[{host}]' if ':' in host else host}:{parts.port or _PORT}"
        self._channel: Any = None

    async def serve(self, dispatch: Dispatch, *, on_ready: Callable[[], None] = lambda: None) -> None:
        """Listen at the address's host and port."""
        grpc = self._import()

        async def do(body: bytes, context: Any) -> AsyncGenerator[bytes, None]:
            async with aclosing(dispatch.handle(body)) as events:
                async for event in events:
                    yield event

        server = grpc.server(options=_OPTIONS)
        handler = resolve_name("grpc:unary_stream_rpc_method_handler")(do)
        server.add_generic_rpc_handlers(
            (resolve_name("grpc:method_handlers_generic_handler")(SERVICE, {METHOD: handler}),)
        )
        try:
            self._open_port(server)
            await server.start()
        except RuntimeError as error:
            raise self._explain_deaf_port() from error
        try:
            on_ready()
            await anyio.sleep_forever()
        finally:
            with anyio.CancelScope(shield=True):
                await server.stop(grace=0.5)

    async def stream(self, envelope: Envelope) -> AsyncGenerator[bytes, None]:
        """Call the method."""
        grpc = self._import()
        if self._channel is None:
            self._channel = self._open_channel(grpc)
        channel = self._channel  # whoever comes at the same time may let go of it meanwhile
        try:
            with anyio.fail_after(self.place.connect_seconds):
                state = channel.get_state(try_to_connect=True)
                while state.name != "READY":
                    if state.name == "TRANSIENT_FAILURE":
                        raise await self._explain_failure()
                    await channel.wait_for_state_change(state)
                    state = channel.get_state(try_to_connect=True)
        except TimeoutError as error:
            raise self._refuse("it does not answer", is_retryable=True, was_sent=False) from error
        except TransportError:
            if self._channel is channel:  # the next one connects anew; it is closed when nobody waits for it any more
                self._channel = None
            raise
        call = channel.unary_stream(f"/{SERVICE}/{METHOD}")(envelope.encode())
        try:
            async for event in call:
                yield event
        except grpc.AioRpcError as error:
            code = error.code().name
            if code == "RESOURCE_EXHAUSTED":
                raise TransportError(
                    f"grpc://{self._address} takes nothing so large", reason="too_large", address=self._address
                ) from error
            raise self._refuse(f"{code} {error.details()}", is_retryable=code in _RETRYABLE) from error
        finally:
            call.cancel()

    def _open_port(self, server: Any) -> None:
        """Listen: over TLS to certificates of the authority's alone, or in the open."""
        if not self._is_encrypted:
            server.add_insecure_port(self._address)
            return
        tls = self.place.tls
        if tls is None:
            raise TransportError(
                f"grpcs://{self._address} is to be encrypted, and there is no certificate to show",
                address=self._address,
                hint="moe certs new NAME, and set system.encryption.name to it",
            )
        if fault := find_own_fault(tls):
            raise self._refuse_own(fault, tls)
        authority, certificate, key = _read_files(tls)
        make = resolve_name("grpc:ssl_server_credentials")
        server.add_secure_port(self._address, make([(key, certificate)], authority, require_client_auth=True))

    def _explain_deaf_port(self) -> TransportError:
        """Why there is nothing to listen at: gRPC does not tell, the system does when it is asked itself."""
        parts, address = urlsplit(self.place.url), f"{urlsplit(self.place.url).scheme}://{self._address}"
        try:
            open_door(parts.hostname or "127.0.0.1", parts.port or _PORT, address=address).close()
        except TransportError as error:
            return error
        return TransportError(f"{address} cannot be listened at", address=address, hint="name another port")

    def _open_channel(self, grpc: Any) -> Any:
        if not self._is_encrypted:
            return grpc.insecure_channel(self._address, options=_OPTIONS)
        tls, make = self.place.tls, resolve_name("grpc:ssl_channel_credentials")
        if tls is not None and (fault := find_own_fault(tls)):
            raise self._refuse_own(fault, tls)
        authority, certificate, key = _read_files(tls) if tls is not None else (None, None, None)
        return grpc.secure_channel(self._address, make(authority, key, certificate), options=_OPTIONS)

    async def _explain_failure(self) -> TransportError:
        """Why there is no connection: gRPC's own words tell nobody's certificate from nobody."""
        told = await find_refusal(self._address, self.place.tls) if self._is_encrypted else ""
        if not told:
            return self._refuse("nothing listens there", is_retryable=True, was_sent=False)
        return TransportError(
            f"the worker at grpcs://{self._address} and this process do not take each other's certificates: {told}",
            reason="refused",
            address=self._address,
            hint="moe certs list, on both machines",
        )

    def _refuse_own(self, fault: str, tls: TransportTls) -> TransportError:
        told = f"the certificate of {tls.name!r} counts no more for grpcs://{self._address}: {fault}"
        hint = f"moe certs rotate {tls.name}, and copy its files here"
        return TransportError(told, reason="refused", address=self._address, hint=hint)

    @property
    def _is_encrypted(self) -> bool:
        return urlsplit(self.place.url).scheme == "grpcs"

    async def close(self) -> None:
        """Close the channel."""
        channel, self._channel = self._channel, None
        if channel is not None:
            with suppress(Exception):
                await channel.close()

    def _import(self) -> Any:
        os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its C core writes past Python's log, and an error says it all
        try:
            return resolve_name("grpc.aio")
        except ImportError as error:
            raise TransportError(
                f"the transport grpc needs packages that are not here: {error}",
                reason="refused",
                hint="pip install 'moe-core[grpc]'",
            ) from error

    def _refuse(self, why: str, *, is_retryable: bool, was_sent: bool = True) -> TransportError:
        return TransportError(
            f"the worker at grpc://{self._address} cannot be reached: {why}",
            address=self._address,
            retryable=is_retryable,
            was_sent=was_sent,
            hint="moe worker --listen URL begins one there",
        )


def _read_files(tls: TransportTls) -> tuple[bytes, bytes, bytes]:
    return Path(tls.authority).read_bytes(), Path(tls.certificate).read_bytes(), Path(tls.key).read_bytes()


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport over gRPC."""
    return [GrpcTransport]
