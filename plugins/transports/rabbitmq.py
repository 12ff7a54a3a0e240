"""The transport over RabbitMQ."""

from typing import Any

from moe_core import Transport, hookimpl
from moe_core.contracts.transports import BrokerMessage, TakeMessage
from moe_kit.brokers.transport import MESSAGE_ID, BrokerTransport, Headers, OnMessage, import_broker

_INTAKE_AT_ONCE = 20  # messages that are handed on side by side
_BYTES_MAX = 128 << 20  # RabbitMQ's own limit, in which it closes the connection
_EXCHANGE = "moe.control"


class RabbitTransport(BrokerTransport):
    """Queues of RabbitMQ: `amqp://USER:PASSWORD@HOST:5672/VHOST?queue=NAME`."""

    name = "rabbitmq"
    summary = "Over RabbitMQ; needs moe-core[brokers]"
    schemes = ("amqp", "amqps")
    port = 5672
    encrypted = {"amqps": 5671}  # noqa: RUF012 - never changed

    def make_broker(self) -> Any:
        """Connected to by AMQP 0.9.1."""
        return import_broker("faststream.rabbit:RabbitBroker")(
            self.server,
            security=self.make_security(),
            logger=None,
            apply_types=False,
            graceful_timeout=None,
            reconnect_interval=1.0,
        )

    def listen_shared(self, broker: Any, on_message: OnMessage) -> None:
        """A queue that outlives workers and the broker's restarts."""
        self._subscribe(broker, on_message, queue=self._queue(self.queue, durable=True))

    def listen_all(self, broker: Any, on_message: OnMessage) -> None:
        """A queue of its own behind an exchange that tells all of them."""
        queue = self._queue(f"{self.control}.{self._token}", exclusive=True, auto_delete=True)
        self._subscribe(broker, on_message, queue=queue, exchange=self._exchange())

    def listen_replies(self, broker: Any, on_message: OnMessage) -> None:
        """A queue that goes with its connection."""
        self._subscribe(broker, on_message, queue=self._queue(self.replies, exclusive=True, auto_delete=True))

    def listen_intake(self, broker: Any, take: TakeMessage) -> None:
        """The queue, message by message acknowledged, and one for dead letters."""
        channel = import_broker("faststream.rabbit:Channel")(prefetch_count=_INTAKE_AT_ONCE)
        policy = import_broker("faststream:AckPolicy").MANUAL
        subscribe = broker.subscriber(
            self._queue(self.queue, durable=True), channel=channel, ack_policy=policy, decoder=_keep, no_reply=True
        )

        async def handle(message: Any) -> None:
            raw = message.raw_message
            told = BrokerMessage(body=raw.body, message_id=raw.message_id or "", type=raw.type or "")
            if await self.take_over(told, take):
                await message.ack()
            else:
                await message.nack(requeue=True)

        subscribe(handle)

    async def send(self, body: bytes, to: str, headers: Headers, *, ttl_ms: int | None = None) -> None:
        """Publish, persistently where others than a connection's own queue wait for it."""
        if len(body) > _BYTES_MAX:
            raise self.refuse(ValueError(f"{len(body):,} bytes, of {_BYTES_MAX:,}"), is_too_large=True)
        if to == self.dead:
            await self._broker.declare_queue(self._queue(self.dead, durable=True))
        is_for_all = to == self.control
        try:
            await self._broker.publish(
                body,
                **({"exchange": self._exchange()} if is_for_all else {"queue": to}),
                headers=dict(headers),
                message_id=headers.get(MESSAGE_ID),
                mandatory=not is_for_all,
                persist=to in (self.queue, self.dead),
                expiration=None if ttl_ms is None else ttl_ms / 1000,
                timeout=self.place.connect_seconds,
                content_type="application/octet-stream",
            )
        except Exception as error:
            raise self.refuse(error) from error

    async def prepare(self, broker: Any) -> None:
        """Make the queue, so that envelopes wait in it for the first worker."""
        await broker.declare_queue(self._queue(self.queue, durable=True))

    def _queue(self, name: str, **options: Any) -> Any:
        return import_broker("faststream.rabbit:RabbitQueue")(name, **{"durable": False, **options})

    def _exchange(self) -> Any:
        kind = import_broker("faststream.rabbit:ExchangeType").FANOUT
        return import_broker("faststream.rabbit:RabbitExchange")(f"{_EXCHANGE}.{self.queue}", type=kind)

    @staticmethod
    def _subscribe(broker: Any, on_message: OnMessage, **where: Any) -> None:
        policy = import_broker("faststream:AckPolicy").ACK_FIRST

        async def handle(message: Any) -> None:
            await on_message(message.body, {key: str(value) for key, value in message.headers.items()})

        broker.subscriber(**where, ack_policy=policy, decoder=_keep, no_reply=True)(handle)


async def _keep(message: Any) -> Any:
    """The message as it is: what is in it is read elsewhere."""
    return message


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport over RabbitMQ."""
    return [RabbitTransport]
