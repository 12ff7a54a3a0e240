"""The transport over NATS."""

from typing import Any

from moe_core import Transport, hookimpl
from moe_core.contracts.transports import BrokerMessage, TakeMessage
from moe_kit.brokers.transport import BrokerTransport, Headers, OnMessage, import_broker

_PENDING_MAX = 256 << 20  # bytes that wait to be read, before the client drops any: results may be large


class NatsTransport(BrokerTransport):
    """Subjects of NATS: `nats://USER:PASSWORD@HOST:4222?queue=NAME`; what others leave is kept by JetStream."""

    name = "nats"
    summary = "Over NATS; needs moe-core[brokers]"
    schemes = ("nats", "tls")
    port = 4222
    encrypted = {"tls": 4222}  # noqa: RUF012 - never changed

    def make_broker(self) -> Any:
        """Connected to by the protocol of NATS; it reconnects for as long as the process lasts."""
        seconds = self.place.connect_seconds
        return import_broker("faststream.nats:NatsBroker")(
            [self.server],
            security=self.make_security(),
            logger=None,
            apply_types=False,
            connect_timeout=max(1, int(seconds)),
            reconnect_time_wait=1,
            max_reconnect_attempts=-1,
        )

    def listen_shared(self, broker: Any, on_message: OnMessage) -> None:
        """One worker of the group hears each."""
        self._subscribe(broker, on_message, self.queue, queue="moe-workers")

    def listen_all(self, broker: Any, on_message: OnMessage) -> None:
        """All of them."""
        self._subscribe(broker, on_message, self.control)

    def listen_replies(self, broker: Any, on_message: OnMessage) -> None:
        """A subject of this end's own."""
        self._subscribe(broker, on_message, self.replies)

    def listen_intake(self, broker: Any, take: TakeMessage) -> None:
        """A stream of JetStream that keeps messages until they are acknowledged."""
        stream = import_broker("faststream.nats:JStream")(_name_stream(self.queue), subjects=[self.queue, self.dead])
        policy = import_broker("faststream:AckPolicy").MANUAL
        subscribe = broker.subscriber(
            self.queue,
            stream=stream,
            durable="moe-intake",
            pull_sub=import_broker("faststream.nats:PullSub")(batch_size=1),
            ack_policy=policy,
            decoder=_keep,
            no_reply=True,
        )

        async def handle(message: Any) -> None:
            headers = message.headers or {}
            told = BrokerMessage(
                body=message.body, message_id=headers.get("Nats-Msg-Id", ""), type=headers.get("type", "")
            )
            if await self.take_over(told, take):
                await message.ack()
            else:
                await message.nack()

        subscribe(handle)

    async def send(self, body: bytes, to: str, headers: Headers, *, ttl_ms: int | None = None) -> None:
        """Publish; the dead letters' subject is part of the queue's stream, which keeps them."""
        most = self._broker.config.connection_state.connection.max_payload
        size = len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items()) + 64
        if size > most:
            raise self.refuse(ValueError(f"{len(body):,} bytes, of {most:,}"), is_too_large=True)
        stream = _name_stream(self.queue) if to == self.dead else None
        try:
            await self._broker.publish(
                body, to, headers=dict(headers), stream=stream, timeout=self.place.connect_seconds
            )
        except Exception as error:
            raise self.refuse(error) from error

    def _subscribe(self, broker: Any, on_message: OnMessage, subject: str, queue: str = "") -> None:
        async def handle(message: Any) -> None:
            await on_message(message.body, dict(message.headers or {}))

        broker.subscriber(subject, queue=queue, decoder=_keep, no_reply=True, pending_bytes_limit=_PENDING_MAX)(handle)


def _name_stream(queue: str) -> str:
    return "".join(one if one.isalnum() or one in "-_" else "_" for one in queue)


async def _keep(message: Any) -> Any:
    """The message as it is: what is in it is read elsewhere."""
    return message


@hookimpl
def moe_transports() -> list[type[Transport]]:
    """The transport over NATS."""
    return [NatsTransport]
