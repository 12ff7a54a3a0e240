"""The transport over Kafka."""

import ssl
from typing import Any
from urllib.parse import urlsplit

import anyio

from moe_core import Transport, hookimpl
from moe_core.contracts.errors import TransportError
from moe_core.contracts.transports import BrokerMessage, TakeMessage
from moe_kit.brokers.transport import STREAM, BrokerTransport, Headers, OnMessage, import_broker
from moe_kit.net.own_certificate import find_refusal, greet

_BYTES_MAX = 1_000_000  # of one message, with Kafka's usual settings
_GROUP = "moe-workers"
_INTAKE_GROUP = "moe-intake"


class KafkaTransport(BrokerTransport):
    """Topics of Kafka: `kafka://HOST:9092?queue=NAME`, `kafkas://HOST:9093` to one that is encrypted.

    A topic has as many workers at once as it has partitions.
    """

    name = "kafka"
    summary = "Over Kafka; needs moe-core[brokers]"
    schemes = ("kafka", "kafkas")
    port = 9092
    encrypted = {"kafkas": 9093}  # noqa: RUF012 - never changed
    join_seconds = 30.0  # a group waits some seconds for others before it begins

    @property
    def replies(self) -> str:
        """One topic for all: to make one for each asking end is slow, so that each reads all and keeps its own."""
        return f"{self.queue}.replies"

    def make_broker(self) -> Any:
        """Connected to by the protocol of Kafka."""
        parts = urlsplit(self.place.url)
        return import_broker("faststream.kafka:KafkaBroker")(
            parts.netloc if parts.port else f"{parts.netloc}:{self.find_door()[1]}",
            security=self.make_security(),
            logger=None,
            apply_types=False,
            max_request_size=_BYTES_MAX,
        )

    def listen_shared(self, broker: Any, on_message: OnMessage) -> None:
        """One worker of the group hears each."""
        self._subscribe(broker, on_message, self.queue, group=_GROUP, offset="earliest")

    def listen_all(self, broker: Any, on_message: OnMessage) -> None:
        """A group of its own each."""
        self._subscribe(broker, on_message, self.control, group=f"moe-{self._token}")

    def listen_replies(self, broker: Any, on_message: OnMessage) -> None:
        """The topic of all events, of which others' are left aside by their streams."""
        self._subscribe(broker, on_message, self.replies, group=f"moe-{self._token}")

    def listen_intake(self, broker: Any, take: TakeMessage) -> None:
        """A group whose place is kept by the broker, message by message."""
        policy = import_broker("faststream:AckPolicy").MANUAL
        subscribe = broker.subscriber(
            self.queue,
            group_id=_INTAKE_GROUP,
            auto_offset_reset="earliest",
            ack_policy=policy,
            decoder=_keep,
            no_reply=True,
        )

        async def handle(message: Any) -> None:
            headers, key = message.headers or {}, message.raw_message.key
            name = headers.get("message_id", "") or (key.decode(errors="replace") if key else "")
            told = BrokerMessage(body=message.body, message_id=name, type=headers.get("type", ""))
            while not await self.take_over(told, take):
                pass  # what follows in the topic waits: the broker keeps one place, not one a message
            await message.ack()

        subscribe(handle)

    async def send(self, body: bytes, to: str, headers: Headers, *, ttl_ms: int | None = None) -> None:
        """Publish, and wait until the broker has it."""
        if len(body) + 1_000 > _BYTES_MAX:
            raise self.refuse(ValueError(f"{len(body):,} bytes, of {_BYTES_MAX:,}"), is_too_large=True)
        try:
            # What has the same key keeps its order: the events of one stream.
            key = headers.get(STREAM, "").encode() or None
            await self._broker.publish(body, topic=to, headers=dict(headers), key=key)
        except Exception as error:
            raise self.refuse(error) from error

    async def knock(self) -> None:
        """Shake hands too where certificates are shown: the client tells of them in its log alone, and waits long."""
        await super().knock()
        security = self.make_security()
        if security is not None:
            await greet(*self.find_door(), security.ssl_context)

    async def explain(self, error: Exception) -> TransportError:
        """Ask the broker itself why it hung up after it was greeted: it looks at this end's certificate only then."""
        if self.is_encrypted and not isinstance(error, OSError):
            host, port = self.find_door()
            if told := await find_refusal(f"{host}:{port}", self.place.tls):
                return self.refuse(ssl.SSLError(ssl.SSL_ERROR_SSL, told))
        if isinstance(error, import_broker("aiokafka.errors:KafkaConnectionError")):
            other = "" if self.is_encrypted else "; where it is encrypted, its address begins with kafkas://"
            return self.refuse(OSError(f"it hangs up, and answers nothing as Kafka does{other}"))
        return await super().explain(error)

    async def prepare(self, broker: Any) -> None:
        """Wait until each topic's partitions are ours: what is published before would be missed."""
        for subscriber in broker.subscribers:
            await _wait_for_place(subscriber.consumer)

    def _subscribe(self, broker: Any, on_message: OnMessage, topic: str, *, group: str, offset: str = "latest") -> None:
        policy = import_broker("faststream:AckPolicy").ACK_FIRST

        async def handle(message: Any) -> None:
            await on_message(message.body, dict(message.headers or {}))

        broker.subscriber(
            topic, group_id=group, auto_offset_reset=offset, ack_policy=policy, decoder=_keep, no_reply=True
        )(handle)


async def _wait_for_place(consumer: Any) -> None:
    while not consumer.assignment():  # noqa: ASYNC110 - nobody tells of it
        await anyio.sleep(0.05)
    for partition in consumer.assignment():
        await consumer.position(partition)


async def _keep(message: Any) -> Any:
    """The message as it is: what is in it is read elsewhere."""
    return message


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport over Kafka."""
    return [KafkaTransport]
