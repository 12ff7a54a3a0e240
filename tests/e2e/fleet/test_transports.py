"""Every transport over its real server, held to the one contract."""

import pytest

from fleet_servers import FleetServer
from free_ports import find_free_port
from moe.running.transports.dispatcher import Dispatcher
from moe_core.testing import check_transport
from plugins.transports.grpc import GrpcTransport
from plugins.transports.kafka import KafkaTransport
from plugins.transports.nats import NatsTransport
from plugins.transports.rabbitmq import RabbitTransport

pytestmark = [
    pytest.mark.anyio,
    # Clients of brokers leave sockets and tasks to the garbage collector when they are stopped.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]


async def test_grpc():
    port = find_free_port()
    await check_transport(GrpcTransport, f"grpc://127.0.0.1:{port}", make_dispatch=Dispatcher)


async def test_rabbitmq(rabbit: FleetServer):
    await check_transport(RabbitTransport, f"{rabbit.url}?queue=contract", make_dispatch=Dispatcher)


async def test_nats_whose_messages_may_be_large(wide_nats: FleetServer):
    await check_transport(NatsTransport, f"{wide_nats.url}?queue=contract", make_dispatch=Dispatcher)


async def test_nats_refuses_what_is_larger_than_its_server_takes(nats: FleetServer):
    url = f"{nats.url}?queue=contract"
    await check_transport(NatsTransport, url, make_dispatch=Dispatcher, refuses_above=1_000_000)


async def test_kafka_by_a_stand_in_that_speaks_its_protocol(kafka: str):
    url = f"{kafka}?queue=contract"
    await check_transport(KafkaTransport, url, make_dispatch=Dispatcher, refuses_above=900_000)
