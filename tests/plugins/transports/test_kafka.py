"""Kafka's certificates, at a listener that demands them and stands for a broker."""

import gc
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from moe.contracts.encryption import EncryptionPlace
from moe.facades.certificates import CertificateDirectory
from moe.running.transports.security import find_tls
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import Envelope, TransportPlace, TransportTls
from plugins.transports.kafka import KafkaTransport
from tls_door import TlsDoor

pytestmark = [
    pytest.mark.anyio,
    # A client that could not begin leaves its producer to the garbage collector.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore:Unclosed AIOKafka:ResourceWarning"),
]
MakeCertificate = Callable[..., TransportTls]
SECONDS_MAX = 5.0


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What the client leaves to the garbage collector is told with its own test, not with a later one."""
    pytest.importorskip("aiokafka", reason="moe-core[brokers] is not installed")
    yield
    gc.collect()


@pytest.fixture
def make(tmp_path: Path) -> MakeCertificate:
    """Makes a certificate of an authority's; where its files are."""

    def issue(name: str, folder: str = "certs", *, hosts: tuple[str, ...] = (), days: float = 30.0) -> TransportTls:
        place = EncryptionPlace(folder=tmp_path / folder, name=name)
        CertificateDirectory(place).issue(name, hosts=hosts, days=days)
        tls = find_tls(place)
        assert tls is not None
        return tls

    return issue


async def refuse(port: int, tls: TransportTls | None, scheme: str = "kafkas") -> TransportError:
    """What is told where a broker is asked and refuses, or is refused; soon, and in one line."""
    took = []
    while not took or (took[-1] >= SECONDS_MAX and len(took) < 3):  # the machine may have stood still
        asking = KafkaTransport(TransportPlace(url=f"{scheme}://127.0.0.1:{port}?queue=q", tls=tls))
        began = time.monotonic()
        with pytest.raises(TransportError) as caught:
            await anext(asking.stream(Envelope(id="a", run="r", target="echo")))
        took.append(time.monotonic() - began)
    assert took[-1] < SECONDS_MAX
    assert "\n" not in str(caught.value)
    assert caught.value.address == f"{scheme}://127.0.0.1:{port}"
    return caught.value


async def test_a_broker_is_shown_the_certificate(make: MakeCertificate):
    with TlsDoor(make("broker")) as door:
        told = await refuse(door.port, make("asker"))
    assert set(door.shown) == {"asker"}
    assert any(b"faststream" in words for words in door.heard), "Kafka's client itself has not come in"
    assert (told.reason, "answers nothing as Kafka does" in str(told)) == ("unreachable", True)


async def test_who_comes_in_the_open_to_an_encrypted_broker_is_told_the_scheme(make: MakeCertificate):
    with TlsDoor(make("broker")) as door:
        told = await refuse(door.port, make("asker"), "kafka")
    assert "where it is encrypted, its address begins with kafkas://" in str(told)
    assert door.shown == []


async def test_a_broker_that_does_not_know_ones_authority_refuses(make: MakeCertificate):
    broker, stranger = make("broker"), make("asker", "elsewhere")
    knowing = TransportTls(authority=broker.authority, certificate=stranger.certificate, key=stranger.key, name="asker")
    with TlsDoor(broker) as door:
        told = await refuse(door.port, knowing)
    assert (door.shown, told.reason) == ([], "refused")
    assert "do not take each other's certificates: " in str(told)
    assert door.refused


async def test_a_broker_of_a_foreign_authority_is_refused(make: MakeCertificate):
    with TlsDoor(make("broker", "elsewhere")) as door:
        for tls in (make("asker"), None):
            told = await refuse(door.port, tls)
            assert "do not take each other's certificates: " in str(told)
            assert "unable to get local issuer certificate" in str(told) or "self-signed certificate" in str(told)
    assert door.shown == []


async def test_certificates_that_are_over_or_anothers_are_refused(make: MakeCertificate):
    short, asker = make("short", days=1.5 / 86_400), make("asker")
    time.sleep(1.7)
    with TlsDoor(make("broker")) as door:
        assert f"{short.certificate}: certificate has expired" in str(await refuse(door.port, short))
    with TlsDoor(short) as door:
        assert "certificate has expired" in str(await refuse(door.port, asker))
    with TlsDoor(make("elsewhere", hosts=("kafka.example",))) as door:
        assert "certificate is not valid for '127.0.0.1'" in str(await refuse(door.port, asker))
    assert door.shown == []


@contextmanager
def answering(answer: bytes | None) -> Iterator[int]:
    """A listener in the open that says one thing to whoever speaks and hangs up, or says nothing for ever; its port."""
    kept: list[socket.socket] = []

    def accept() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                kept.append(client)
                if answer is not None:
                    threading.Thread(target=hang_up, args=(client, answer), daemon=True).start()

    def hang_up(client: socket.socket, answer: bytes) -> None:
        with suppress(OSError), client:
            if client.recv(65_536):
                client.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield int(listener.getsockname()[1])
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        for one in kept:
            one.close()


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (b"", "it hangs up before anything is encrypted"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "what answers there is not encrypted"),
        (None, "it does not answer"),
    ],
)
async def test_a_listener_in_the_open_is_told_apart(make: MakeCertificate, answer: bytes | None, told: str):
    with answering(answer) as port:
        error = await refuse(port, make("asker"))
    assert str(error) == f"the broker at kafkas://127.0.0.1:{port} cannot be reached: {told}"


def test_each_scheme_has_its_usual_port():
    ports = {
        scheme: KafkaTransport(TransportPlace(url=f"{scheme}://host")).find_door() for scheme in ("kafka", "kafkas")
    }
    assert ports == {"kafka": ("host", 9092), "kafkas": ("host", 9093)}
    assert KafkaTransport(TransportPlace(url="kafkas://host:7?queue=q")).find_door() == ("host", 7)
