"""From what went wrong on the wire to the one error that says so."""

import email.utils
import json
import re
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from moe_core.contracts.errors import (
    ContextOverflowError,
    InvalidOutputError,
    ModelError,
    ModelMissingError,
    ModelRefusedError,
    ModelTimeoutError,
    ModelUnavailableError,
)
from moe_kit.serving.overflow import find_overflow
from moe_kit.serving.peer import Peer

_MISSING = re.compile(
    r"model_not_found|model\b.{0,120}?\b(not found|does ?n[o']t exist|not exist|is not available|is not loaded)"
    r"|(unknown|no such|invalid) model|not found for account|try pulling it",
    re.IGNORECASE | re.DOTALL,
)
_UNFIT_OUTPUT = re.compile(r"does not match the expected \S+ format|failed to parse (model )?output", re.IGNORECASE)
_SPENT = re.compile(r"insufficient_quota|exceeded your current quota|billing|credit balance", re.IGNORECASE)
_MAX_WAIT_SECONDS = 86_400.0  # a Retry-After of more than a day is no wait but an end


def time_over(peer: Peer, seconds: float, *, is_deadline: bool, model: str = "") -> ModelTimeoutError:
    """The error for an answer that was not there in time."""
    hint = "give the run more time with --deadline SECONDS" if is_deadline else _timeout_hint(peer)
    return ModelTimeoutError(
        f"{peer.label} did not answer within {max(seconds, 0.0):.3g} s",
        provider=peer.provider,
        model=model,
        hint=hint,
    )


def map_status(status: int, headers: Mapping[str, str], body: bytes, peer: Peer, *, model: str = "") -> ModelError:
    """The error for an answer with a status that is no success."""
    text = read_message(body)
    where: dict[str, Any] = {"provider": peer.provider, "model": model}
    said = peer.quote(text)
    if 300 <= status < 400:
        return ModelRefusedError(
            f"{peer.label} redirects to {_host_of(headers.get('location', ''))}, which is not followed",
            hint=f"put the server's final address into providers.{peer.provider}.base_url",
            **where,
        )
    if status in (401, 403):
        what = "refuses the key" if peer.api_key else "wants a key"
        return ModelRefusedError(f"{peer.label} {what} (status {status})", hint=peer.key_hint, **where)
    wait = read_retry_after(headers)
    if status == 429:
        if _SPENT.search(text):
            return ModelRefusedError(f"{peer.label}: the quota is spent: {said}", **where)
        return ModelUnavailableError(f"{peer.label} is asked too often (status 429)", retry_after=wait, **where)
    if (special := map_message(text, peer, model=model)) is not None:
        return special
    if status == 408 or status == 504:
        return ModelTimeoutError(f"{peer.label} did not answer in time (status {status})", **where)
    if status == 413:
        return ContextOverflowError(f"the request to {peer.label} is too long (status 413)", **where)
    phrase = f": {said}" if said else f" ({_phrase(status)})"
    if status == 501 or (400 <= status < 500 and status not in (409, 423, 425, 499)):
        hint = peer.address_hint if status in (404, 405) else None
        return ModelRefusedError(f"{peer.label} refused the request with status {status}{phrase}", hint=hint, **where)
    return ModelUnavailableError(f"{peer.label} failed with status {status}{phrase}", retry_after=wait, **where)


def map_message(text: str, peer: Peer, *, model: str = "") -> ModelError | None:
    """The error that a server's words alone tell of; None when they do not."""
    where: dict[str, Any] = {"provider": peer.provider, "model": model}
    if (overflow := find_overflow(text)) is not None:
        sizes = ""
        if overflow.prompt_tokens is not None and overflow.context_tokens is not None:
            sizes = f": {overflow.prompt_tokens:,} tokens of {overflow.context_tokens:,}"
        return ContextOverflowError(
            f"the request is longer than model {model or 'of ' + peer.label} reads{sizes}",
            prompt_tokens=overflow.prompt_tokens,
            context_tokens=overflow.context_tokens,
            **where,
        )
    if _UNFIT_OUTPUT.search(text):
        return InvalidOutputError(f"{peer.label} says that the model's output is unfit: {peer.quote(text)}", **where)
    if _MISSING.search(text):
        return ModelMissingError(f"{peer.label} has no model {model!r}", **where)
    return None


def map_told_error(value: Any, peer: Peer, *, model: str = "") -> ModelError:
    """The error for one told in the middle of a stream that began well."""
    text = find_message(value)
    if (special := map_message(text, peer, model=model)) is not None:
        return special
    detail = value.get("error") if isinstance(value, dict) else None
    code = detail.get("code") if isinstance(detail, dict) else None
    if isinstance(code, int) and 400 <= code < 500:
        return map_status(code, {}, text.encode(), peer, model=model)
    return ModelUnavailableError(
        f"{peer.label} failed in the middle of its answer: {peer.quote(text) or 'it does not say why'}",
        provider=peer.provider,
        model=model,
    )


def read_message(body: bytes) -> str:
    """What an error's body says: its message and its codes; "" for a page of HTML."""
    text = body[:20_000].decode("utf-8", errors="replace").strip()
    try:
        return find_message(json.loads(text))
    except (ValueError, RecursionError):
        return "" if text.startswith("<") else text


def find_message(value: Any) -> str:
    """The words in an error's JSON, whichever of the customary shapes it has."""
    if isinstance(value, str):
        nested = value.strip()
        if nested.startswith("{"):  # a server that passes another's error on
            try:
                return find_message(json.loads(nested))
            except (ValueError, RecursionError):
                return value
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, map(find_message, value[:3])))
    if not isinstance(value, dict):
        return ""
    for key in ("error", "detail", "message", "msg", "title"):
        if value.get(key) and (said := find_message(value[key])):
            facts = [str(value[name]) for name in ("type", "code") if isinstance(value.get(name), str)]
            facts += [f"{name} {value[name]}" for name in ("n_prompt_tokens", "n_ctx") if value.get(name)]
            return f"{said} ({', '.join(facts)})" if facts else said
    return json.dumps(value)[:500]


def read_retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that a server asks to wait; None when it does not, or not sensibly."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        text = headers.get(name, "").strip()
        if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text):
            return min(float(text) / unit, _MAX_WAIT_SECONDS)
    try:
        moment = email.utils.parsedate_to_datetime(headers.get("retry-after", ""))
    except (ValueError, TypeError):
        return None
    return min(max(moment.timestamp() - time.time(), 0.0), _MAX_WAIT_SECONDS)


def _timeout_hint(peer: Peer) -> str:
    return f"raise providers.{peer.provider}.timeout_seconds in config/providers.yaml, or take a smaller model"


def _host_of(location: str) -> str:
    try:
        return urlsplit(location).hostname or "another path"
    except ValueError:
        return "a malformed address"


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "no reason given"
