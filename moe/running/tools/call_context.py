"""The context that one call of a tool is handed."""

import hashlib
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from platformdirs import user_cache_path

from moe.running.tools.guarded_http import GuardedHttpClient
from moe_core.contracts.effect import Effect
from moe_core.contracts.evidence import Library
from moe_core.contracts.plugin import Entry
from moe_core.contracts.secret_box import SecretBox
from moe_core.contracts.tool import BaseTool
from moe_core.contracts.tool_context import ToolContext, ignore_progress
from moe_core.contracts.wire import JsonObject, encode_json
from moe_kit.secrets.resolver import resolve_secret


class CallOrigin(msgspec.Struct, frozen=True, kw_only=True):
    """Which task makes a call.

    Attributes:
        run_id: The run's, or "".
        task_id: The task's, or "".
    """

    run_id: str = ""
    task_id: str = ""


def make_call_context(
    entry: Entry[type[BaseTool]],
    params: Mapping[str, Any],
    *,
    library: Library | None,
    settings: JsonObject,
    deadline: float | None,
    origin: CallOrigin,
    on_progress: Callable[[str], None] = ignore_progress,
) -> ToolContext:
    """The context of one call, with the tool's own time limit in its deadline."""
    ends = [limit for limit in (deadline, _end_of(entry.value.timeout_seconds)) if limit is not None]
    key = encode_json([origin.run_id, origin.task_id, entry.full_id, sorted(params.items(), key=lambda item: item[0])])
    end = min(ends, default=None)
    place = re.sub(r"[^A-Za-z0-9_.-]+", "_", entry.full_id)
    return ToolContext(
        library=library,
        settings=settings,
        deadline=end,
        http=GuardedHttpClient(settings, end),
        secrets=SecretBox(entry.name, settings, is_open=Effect.SECRETS in entry.effects, resolve=_resolve),
        cache=user_cache_path("moe", appauthor=False) / "tools" / place,
        logger=logging.getLogger(f"moe.tools.{entry.name}"),
        run_id=origin.run_id,
        task_id=origin.task_id,
        idempotency_key=hashlib.sha256(key).hexdigest()[:32],
        on_progress=on_progress,
    )


def _end_of(timeout_seconds: float | None) -> float | None:
    return None if timeout_seconds is None else time.time() + timeout_seconds


def _resolve(reference: str, setting: str) -> str:
    return resolve_secret(reference, setting=setting)
