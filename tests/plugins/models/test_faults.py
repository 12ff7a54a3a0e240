"""Every fault that a model server can have ends in one clear error, in time, with either API, whole and streamed."""

import time

import anyio
import pytest

from moe_core import InvalidOutputError, ModelError, ModelRefusedError, ModelTimeoutError, ModelUnavailableError
from moe_core.contracts.errors import ContextOverflowError, ModelMissingError

EXPECTED = {
    "too_many_requests": ModelUnavailableError,
    "server_error": ModelUnavailableError,
    "unavailable": ModelUnavailableError,
    "model_loading": ModelUnavailableError,
    "format_mismatch": InvalidOutputError,
    "unauthorized": ModelRefusedError,
    "forbidden": ModelRefusedError,
    "model_missing": ModelMissingError,
    "context_overflow": ContextOverflowError,
    "redirect": ModelRefusedError,
    "hang_up": ModelUnavailableError,
    "reset": ModelUnavailableError,
    "reset_mid_body": ModelUnavailableError,
    "truncated": ModelUnavailableError,
    "unfinished_stream": ModelUnavailableError,
    "stall_before_headers": ModelTimeoutError,
    "stall_mid_body": ModelTimeoutError,
    "slow_headers": ModelTimeoutError,
    "slow_drip": ModelTimeoutError,
    "malformed_json": ModelUnavailableError,
    "unexpected_json": ModelUnavailableError,
    "empty_body": ModelUnavailableError,
    "html_page": ModelUnavailableError,
    "huge_body": ModelUnavailableError,
    "gzip_bomb": ModelUnavailableError,
    "error_mid_stream": ModelUnavailableError,
}


async def gather(parts):
    return [part async for part in parts]


SLOW = ("stall_before_headers", "stall_mid_body", "slow_headers", "slow_drip")


@pytest.mark.anyio
@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("name", ["openai", "ollama"])
@pytest.mark.parametrize("fault", EXPECTED)
async def test_a_fault_ends_as_the_error_that_says_what_to_do(faulty_server, open_provider, ask, fault, name, streams):
    faulty_server.plan(fault, times=None)
    provider = open_provider(name, faulty_server.url, api_key="sk-secret", timeout_seconds=0.4 if fault in SLOW else 20)
    with anyio.fail_after(60), pytest.raises(ModelError) as caught:
        await (gather(provider.stream(ask(model="faulty"))) if streams else provider.generate(ask(model="faulty")))
    error = caught.value
    assert type(error) is EXPECTED[fault]
    assert (error.provider, error.model) == (name, "faulty")
    assert len(error.message.splitlines()) == 1
    assert "sk-secret" not in f"{error!r} {error.hint}"
    assert len(faulty_server.questions()) <= 1  # who asks again is not the provider's to decide


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["openai", "ollama"])
async def test_a_server_says_how_long_to_wait(faulty_server, open_provider, ask, name):
    faulty_server.plan("too_many_requests", retry_after=7)
    with pytest.raises(ModelUnavailableError) as caught:
        await open_provider(name, faulty_server.url).generate(ask())
    assert caught.value.retry_after == 7


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["openai", "ollama"])
@pytest.mark.parametrize("wording", ["llama.cpp", "openai", "vllm"])
async def test_the_sizes_in_each_wording_of_an_overflow_are_read(faulty_server, open_provider, ask, name, wording):
    faulty_server.plan("context_overflow", wording=wording, prompt_tokens=5001, context_tokens=4097)
    with pytest.raises(ContextOverflowError) as caught:
        await open_provider(name, faulty_server.url).generate(ask())
    assert (caught.value.prompt_tokens, caught.value.context_tokens) == (5001, 4097)


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["openai", "ollama"])
async def test_a_deadline_holds_whatever_the_timeout(faulty_server, open_provider, ask, name):
    faulty_server.plan("slow_drip", times=None)
    provider = open_provider(name, faulty_server.url, timeout_seconds=60)
    with anyio.fail_after(60), pytest.raises(ModelTimeoutError) as caught:
        await provider.generate(ask(deadline=time.time() + 0.4))
    assert "--deadline" in caught.value.hint
    with pytest.raises(ModelTimeoutError):
        await provider.generate(ask(deadline=time.time() - 1))
    assert len(faulty_server.questions()) <= 1


@pytest.mark.anyio
@pytest.mark.parametrize("name", ["openai", "ollama"])
async def test_connections_are_used_again_and_closed_with_the_last_provider(faulty_server, open_provider, ask, name):
    first, second = open_provider(name, faulty_server.url), open_provider(name, faulty_server.url)
    for _ in range(3):
        await first.generate(ask())
        [part async for part in second.stream(ask())]
    assert faulty_server.open_connections() == 1
    await first.close()
    assert (await second.generate(ask())).text
    assert faulty_server.open_connections() == 1
    await second.close()
    assert await anyio.to_thread.run_sync(faulty_server.wait_until, lambda: faulty_server.open_connections() == 0)
    assert (await second.generate(ask())).text
