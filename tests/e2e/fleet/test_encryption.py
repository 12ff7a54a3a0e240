"""Agents elsewhere over a real broker: sealed, so that it cannot read them, and by its certificate."""

import json
import shutil
import uuid

import pytest

from cut_proxy import CutProxy
from encrypted_machine import WORDS, Machine
from fleet_servers import NatsServer, RabbitServer, run_kafka_stand_in
from free_ports import find_free_port
from moe_core.contracts.transports import TransportTls
from tls_door import TlsDoor


@pytest.fixture
def certs(tmp_path):
    """Certificates and keys, as they are made and copied."""
    maker = Machine(tmp_path / "maker", tmp_path / "certs")
    for name in ("worker", "asker", "broker"):
        made = maker.run("certs", "new", name)
        assert made.returncode == 0, made.stderr
    return tmp_path / "certs"


@pytest.mark.parametrize("kind", ["rabbit", "nats"])
def test_a_brokers_copy_of_a_sealed_run_holds_no_word_of_it(request, certs, tmp_path, kind):
    broker = request.getfixturevalue(kind)
    for sealed in (False, True):
        with CutProxy(broker.port) as proxy:
            url = broker.url.replace(str(broker.port), str(proxy.port)) + f"?queue=q{uuid.uuid4().hex}"
            worker, asker = (Machine(tmp_path / "shared", certs, name, sealed=sealed) for name in ("worker", "asker"))
            with worker.listen(url):
                asked = asker.ask(url)
            copied = bytes(proxy.copied).decode("utf-8", "replace")
        assert asked.returncode == 0, asked.stderr
        assert "Ada Brook" in json.loads(asked.stdout)["answer"]
        assert [word for word in WORDS if word.lower() in copied.lower()] == ([] if sealed else list(WORDS))
        assert "camina:camina" in copied


@pytest.fixture(params=["amqps", "tls"])
def encrypted(request, _wanted, certs):
    """A broker that shows a certificate and demands one; the address at which it does."""
    port = find_free_port()
    if request.param == "amqps":
        server = RabbitServer(f"listeners.ssl.1 = 127.0.0.1:{port}", *_write_rabbit_tls())
        place, address = server.folder / "rabbit", f"amqps://guest:guest@127.0.0.1:{port}/"
        lines = (place / "rabbitmq.conf").read_text().replace("FOLDER", str(place))
        (place / "rabbitmq.conf").write_text(lines)
    else:
        server = _TlsNats()
        place, address = server.folder, f"tls://127.0.0.1:{server.port}"
    for name in ("authority.pem", "broker.pem", "broker.key"):
        shutil.copy(certs / name, place / name)
        (place / name).chmod(0o644)
    assert server.is_there(), f"{server.program} is not installed"
    server.start()
    yield f"{address}?queue=q{uuid.uuid4().hex}"
    server.remove()


def _write_rabbit_tls():
    files = {"cacertfile": "authority.pem", "certfile": "broker.pem", "keyfile": "broker.key"}
    told = [f"ssl_options.{name} = FOLDER/{file}" for name, file in files.items()]
    return [*told, "ssl_options.verify = verify_peer", "ssl_options.fail_if_no_peer_cert = true"]


class _TlsNats(NatsServer):
    def make_command(self):
        files = {"cert": "broker.pem", "key": "broker.key", "cacert": "authority.pem"}
        return [
            *super().make_command(),
            "--tlsverify",
            *(word for name, file in files.items() for word in (f"--tls{name}", str(self.folder / file))),
        ]


@pytest.fixture
def encrypted_kafka(_wanted, certs):
    """A stand-in for Kafka, in the open, behind a door that demands certificates: the stand-in itself knows none."""
    own = certs / "broker"
    tls = TransportTls(authority=str(certs / "authority.pem"), certificate=f"{own}.pem", key=f"{own}.key")
    with run_kafka_stand_in() as url, TlsDoor(tls, kafka=int(url.rpartition(":")[2])) as door:
        yield door


def test_kafka_is_worked_by_with_certificates_and_refuses_who_has_none(encrypted_kafka, certs, tmp_path):
    check_certificates_count(f"kafkas://127.0.0.1:{encrypted_kafka.port}?queue=q", certs, tmp_path)
    assert set(encrypted_kafka.shown) == {"worker", "asker"}


def test_a_broker_that_demands_certificates_is_reached_with_one_alone(encrypted, certs, tmp_path):
    check_certificates_count(encrypted, certs, tmp_path)


def check_certificates_count(encrypted, certs, tmp_path):
    """A worker and who asks reach the broker; who has no certificate, or another authority's, does not."""
    with Machine(tmp_path / "shared", certs, "worker").listen(encrypted):
        asked = Machine(tmp_path / "shared", certs, "asker").ask(encrypted)
        assert asked.returncode == 0, asked.stderr
        assert "Ada Brook" in json.loads(asked.stdout)["answer"]
        stranger = Machine(tmp_path / "stranger", tmp_path / "elsewhere")
        assert stranger.run("certs", "new", "asker").returncode == 0
        for folder, name in ((tmp_path / "elsewhere", "asker"), (certs, "")):
            refused = Machine(tmp_path / "shared", folder, name).ask(encrypted)
            assert (refused.returncode, "do not take each other's certificates" in refused.stderr) == (1, True), refused
            assert "Traceback" not in refused.stderr
