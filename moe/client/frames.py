"""Server-sent events, taken apart."""

from collections.abc import AsyncIterator

END = "stream.end"
STOPPING = "server.stopping"


async def read_frames(lines: AsyncIterator[str]) -> AsyncIterator[tuple[str, str]]:
    """The frames of a stream: kind and data. Comments are left out, and a frame that was cut off."""
    kind, data = "message", []
    async for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif not line:
            if data:
                yield kind, "\n".join(data)
            kind, data = "message", []
