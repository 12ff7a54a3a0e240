"""What a worker says of itself to registers."""

from moe.running.transports.registration import find_advertised


def test_no_login_is_registered():
    listened = ("nats://me:TOPSECRET@127.0.0.1:4222?queue=work", "nats://TOKEN@[::1]:4222", "http://host:6001/")
    assert find_advertised(listened, ()) == (
        "nats://127.0.0.1:4222?queue=work",
        "nats://[::1]:4222",
        "http://host:6001/",
    )
    assert find_advertised(listened, ("amqp://u:p@broker/v?queue=a", "env:BROKER")) == (
        "amqp://broker/v?queue=a",
        "env:BROKER",
    )
