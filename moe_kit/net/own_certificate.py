"""Certificates that a process shows and demands: loaded, and looked at before others refuse them without a word."""

import asyncio
import ssl
from contextlib import suppress

from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import TransportTls

_REFUSAL_SECONDS = 2.0
_ROUNDS = 4  # of a handshake: two are enough
_NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST")
"""What OpenSSL calls an answer in the open."""


def make_tls_context(tls: TransportTls, *, is_server: bool) -> ssl.SSLContext:
    """What shows the process's certificate and demands that of the other end.

    Raises:
        TransportError: A file is missing, or holds something else.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if is_server else ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    try:
        context.load_verify_locations(tls.authority)
        context.load_cert_chain(tls.certificate, tls.key)
    except (OSError, ValueError) as error:
        files = f"{tls.certificate}, {tls.key} or {tls.authority}"
        raise TransportError(
            f"the certificate of {tls.name!r} cannot be shown: {files}: {error}",
            reason="refused",
            hint=f"moe certs new {tls.name}, or copy its files there",
        ) from error
    return context


def find_own_fault(tls: TransportTls) -> str:
    """Why nobody who trusts the same authority takes the process's own certificate; "" where they do.

    Found out by a handshake with oneself: the other end of a real one often just hangs up.
    """
    server, client = make_tls_context(tls, is_server=True), make_tls_context(tls, is_server=False)
    server.verify_mode = ssl.CERT_NONE
    client.check_hostname = False
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(back, there), server.wrap_bio(there, back, server_side=True))
    for _ in range(_ROUNDS):
        for end in ends:
            try:
                with suppress(ssl.SSLWantReadError):
                    end.do_handshake()
            except ssl.SSLCertVerificationError as error:
                return f"{tls.certificate}: {error.verify_message}"
            except ssl.SSLError as error:
                return f"{tls.certificate}: {error.reason or error}"
    return ""


async def greet(host: str, port: int, context: ssl.SSLContext) -> None:
    """Shake hands with a TLS server, and leave.

    Raises:
        ssl.SSLError: This end does not take the server. Whether the server takes this end, it may tell only later.
        OSError: TLS is not what is spoken there.
    """
    try:
        _, writer = await asyncio.open_connection(host, port, ssl=context)
    except ssl.SSLError as error:
        if error.reason not in _NO_TLS:
            raise
        told = "what answers there is not encrypted"
    except ConnectionError:
        told = "it hangs up before anything is encrypted"
    else:
        writer.close()
        return
    raise OSError(told)


async def find_refusal(address: str, tls: TransportTls | None) -> str:
    """Why a TLS server and this process do not take each other; "" where nobody is there, or they do.

    Args:
        address: "host:port".
        tls: What this process shows; None for nothing.
    """
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context() if tls is None else make_tls_context(tls, is_server=False)
    try:
        async with asyncio.timeout(_REFUSAL_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=context)
            try:
                await reader.read(1)  # a server refuses a certificate only after it has shown its own
            finally:
                writer.close()
    except ssl.SSLCertVerificationError as error:
        return error.verify_message
    except ssl.SSLError as error:
        return str(error.reason or error)
    except (OSError, TimeoutError):
        return ""
    return ""


def is_about_certificates(error: BaseException | None) -> bool:
    """Whether two ends did not take each other's certificates; clients tell of it as of any other failure."""
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False
