"""Servers of a fleet, on loopback and of the tests' own: RabbitMQ, NATS, etcd, and a stand-in for Kafka."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from free_ports import find_free_port, find_free_ports

STARTING_SECONDS = 60.0
_RABBIT = "/usr/sbin/rabbitmq-server"
_CONTROL = "/usr/sbin/rabbitmqctl"
# librdkafka's mock cluster, which speaks Kafka's protocol over TCP; it keeps nothing when it ends.
_KAFKA = """
import sys
from confluent_kafka import Producer
made = Producer({"bootstrap.servers": "none", "test.mock.num.brokers": 1, "log_level": 0})
print(",".join(f"{one.host}:{one.port}" for one in made.list_topics(timeout=20).brokers.values()), flush=True)
sys.stdin.read()
"""


def is_listening(port: int) -> bool:
    """Whether a connection is taken."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
        return True
    return False


def wait_until_listening(port: int, name: str) -> None:
    """Until a connection is taken; not for ever."""
    until = time.monotonic() + STARTING_SECONDS
    while not is_listening(port):
        assert time.monotonic() < until, f"{name} does not listen"
        time.sleep(0.05)


class FleetServer:
    """A server that can be stopped and begun again with what it kept.

    Attributes:
        folder: Where it keeps things; others than this user's processes may enter.
        port: Where it listens.
    """

    program = ""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="moe-fleet-"))
        self.folder.chmod(0o755)
        self.port = find_free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def is_there(cls) -> bool:
        """Whether it is installed."""
        return shutil.which(cls.program, path=f"{os.environ.get('PATH', '')}:/usr/sbin") is not None

    def start(self) -> None:
        """Begin, and wait until it listens."""
        self._process = subprocess.Popen(
            self.make_command(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        wait_until_listening(self.port, self.program)

    def stop(self) -> None:
        """End it; what it keeps stays."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(60)
            self._process = None

    def remove(self) -> None:
        """End it, and what it kept."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_command(self) -> list[str]:
        """What is started."""
        raise NotImplementedError


class NatsServer(FleetServer):
    """NATS with JetStream.

    Attributes:
        max_payload: Bytes of a message.
    """

    program = "nats-server"

    def __init__(self, max_payload: int = 1 << 20) -> None:
        super().__init__()
        self.max_payload = max_payload

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def make_command(self) -> list[str]:
        config = self.folder / "nats.conf"
        config.write_text(f"max_payload: {self.max_payload}\nmax_pending: {4 * self.max_payload}\n", encoding="utf-8")
        place = ["-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(self.folder / "data")]
        return [self.program, "-c", str(config), *place, "-l", str(self.folder / "log")]


class EtcdServer(FleetServer):
    """etcd."""

    program = "etcd"

    @property
    def url(self) -> str:
        return f"etcd://127.0.0.1:{self.port}"

    def make_command(self) -> list[str]:
        peer = find_free_port()
        own, others = f"http://127.0.0.1:{self.port}", f"http://127.0.0.1:{peer}"
        words = ["--data-dir", str(self.folder / "data"), "--listen-client-urls", own, "--advertise-client-urls", own]
        words += ["--listen-peer-urls", others, "--initial-advertise-peer-urls", others]
        return [self.program, *words, "--initial-cluster", f"default={others}"]


class RabbitServer(FleetServer):
    """RabbitMQ, as its own user where this one is root, with an epmd of its own."""

    program = "rabbitmq-server"

    def __init__(self, *more: str) -> None:
        """Not begun.

        Args:
            more: Lines of its settings.
        """
        super().__init__()
        self._dist, self._epmd = find_free_ports(2)
        self._name = f"moe{self.port}@localhost"
        rabbit = self.folder / "rabbit"
        (rabbit / "log").mkdir(parents=True)
        settings = [
            f"listeners.tcp.1 = 127.0.0.1:{self.port}",
            "distribution.listener.interface = 127.0.0.1",
            "vm_memory_high_watermark.absolute = 1GB",
            "disk_free_limit.absolute = 50MB",
            *more,
        ]
        (rabbit / "rabbitmq.conf").write_text("\n".join(settings) + "\n", encoding="utf-8")
        if os.getuid() == 0:
            for path in (self.folder, rabbit, rabbit / "log"):
                shutil.chown(path, "rabbitmq", "rabbitmq")

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}/"

    def start(self) -> None:
        self._do(_RABBIT, "-detached")
        wait_until_listening(self.port, self.program)
        self._do(_CONTROL, "-n", self._name, "await_startup")

    def stop(self) -> None:
        with suppress(subprocess.SubprocessError):
            self._do(_CONTROL, "-n", self._name, "stop")

    def remove(self) -> None:
        self.stop()
        epmd = shutil.which("epmd") or "/usr/bin/epmd"
        subprocess.run([epmd, "-port", str(self._epmd), "-kill"], check=False, capture_output=True)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _do(self, *words: str) -> None:
        rabbit = self.folder / "rabbit"
        environment = {
            **os.environ,
            "RABBITMQ_NODENAME": self._name,
            "RABBITMQ_CONFIG_FILE": str(rabbit / "rabbitmq"),
            "RABBITMQ_MNESIA_BASE": str(rabbit / "mnesia"),
            "RABBITMQ_LOG_BASE": str(rabbit / "log"),
            "RABBITMQ_DIST_PORT": str(self._dist),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self._epmd),
            "HOME": "/var/lib/rabbitmq",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 -kernel inet_dist_use_interface {127,0,0,1}",
        }
        subprocess.run(
            words, check=True, env=environment, cwd="/", timeout=STARTING_SECONDS, stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip


@contextmanager
def run_kafka_stand_in() -> Iterator[str]:
    """librdkafka's mock cluster in a process of its own; its address."""
    words = [sys.executable, "-c", _KAFKA]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"kafka://{process.stdout.readline().strip()}"
        finally:
            process.kill()
