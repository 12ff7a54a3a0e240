"""Opening what makes spans, where its packages are there."""

from pkgutil import resolve_name

from moe.running.environment import RunTracer
from moe.running.settings import TelemetrySettings
from moe_core.contracts.errors import ConfigError


def find_tracer(settings: TelemetrySettings) -> RunTracer | None:
    """What makes spans as the settings say, else as the program does that moe is used in; None for nothing.

    Raises:
        ConfigError: Its packages are not there.
    """
    try:
        open_tracing = resolve_name("moe.running.tracing.tracing:open_tracing")
    except ImportError as error:
        raise ConfigError(
            f"the package {error.name}, which system.telemetry.traces needs, is not installed",
            key="system.telemetry.traces",
            hint="pip install 'moe-core[telemetry]'",
        ) from error
    tracer: RunTracer | None = open_tracing(settings)
    return tracer
