"""moe from Python: the same calls with a server and without one."""

from moe.client.client import MoEClient

__all__ = ["MoEClient"]
