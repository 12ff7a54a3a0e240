"""Real servers for the tests of a fleet, where `MOE_FLEET_TESTS=1` says so: `make check-fleet`."""

import gc
import importlib.util
import os
from collections.abc import Iterator

import pytest

from fleet_servers import EtcdServer, FleetServer, NatsServer, RabbitServer, run_kafka_stand_in

VARIABLE = "MOE_FLEET_TESTS"


@pytest.fixture(autouse=True, scope="session")
def _wanted() -> None:
    """Left out by name elsewhere; where they are wanted, what is missing fails."""
    if os.environ.get(VARIABLE) != "1":
        pytest.skip(f"needs the servers of a fleet: {VARIABLE}=1")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    """What clients of brokers leave to the garbage collector is told with their own test, not with a later one."""
    yield
    gc.collect()


def serving(server: FleetServer) -> Iterator[FleetServer]:
    assert server.is_there(), f"{server.program} is not installed"
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def rabbit(_wanted: None) -> Iterator[FleetServer]:
    """RabbitMQ."""
    yield from serving(RabbitServer())


@pytest.fixture(scope="session")
def nats(_wanted: None) -> Iterator[FleetServer]:
    """NATS with its usual greatest message, 1 MiB."""
    yield from serving(NatsServer())


@pytest.fixture(scope="session")
def wide_nats(_wanted: None) -> Iterator[FleetServer]:
    """NATS that takes messages of up to 32 MiB."""
    yield from serving(NatsServer(32 << 20))


@pytest.fixture(scope="session")
def etcd(_wanted: None) -> Iterator[FleetServer]:
    """etcd."""
    yield from serving(EtcdServer())


@pytest.fixture(scope="session")
def kafka(_wanted: None) -> Iterator[str]:
    """A stand-in for Kafka that speaks its protocol: librdkafka's mock cluster."""
    assert importlib.util.find_spec("confluent_kafka") is not None, "confluent-kafka is not installed"
    with run_kafka_stand_in() as url:
        yield url
