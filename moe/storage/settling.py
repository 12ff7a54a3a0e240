"""Waiting for the record while an event loop goes on: apart, for who only reads the record needs no event loop."""

import asyncio
from contextlib import suppress

from moe.storage.recorder import LOOK_SECONDS, Recorder


async def settle(recorder: Recorder) -> None:
    """Wait as `Recorder.flush` does, without a further thread."""
    if not recorder.is_writing:
        return
    loop, written = asyncio.get_running_loop(), asyncio.Event()

    def tell() -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(written.set)

    recorder.hasten(tell)
    while not written.is_set():
        with suppress(TimeoutError):
            async with asyncio.timeout(LOOK_SECONDS):
                await written.wait()
                return
        if recorder.has_broken_off():
            return
