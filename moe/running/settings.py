"""The settings that runs go by."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from moe.asking.settings import AnswerThresholds, AskingConfig, AskingSettings
from moe.contracts.budget import SECONDS_MAX
from moe.contracts.encryption_settings import EncryptionSettings
from moe.experts.settings import ExpertSettings, ExpertThresholds
from moe.knowledge.settings import SearchConfig, SearchSettings
from moe_core.loading.config.settings import Settings


class TelemetrySettings(Settings):
    """What is told of runs to whoever watches them."""

    traces: str = Field(
        "",
        pattern=r"^(https?://.*)?$",
        examples=["http://localhost:4318"],
        description="Address of an OpenTelemetry collector (OTLP over HTTP) for spans",
    )
    headers: Mapping[str, str] = Field(
        default_factory=dict, description="Headers for it; a value may say where a key is, as vault:PATH#KEY"
    )
    contents: bool = Field(False, description="Spans tell questions, instructions and parameters too")


class RunSettings(AskingSettings, SearchSettings):
    """What a run reads of config/system.yaml."""

    mode: Literal["auto", "full", "reader", "quotes"] = Field(
        "auto", description="What models are asked for: full, reader or quotes; auto measures what they can do"
    )
    record: bool = Field(True, description="Keep a record of every run in the workspace")
    executor: str = Field("auto", min_length=1, description="Who brings queued runs to workers; auto takes the best")
    lease_seconds: float = Field(
        10.0, ge=0.5, le=3600, description="So long after its last word a worker counts as dead, and others take over"
    )
    close_reading: bool = Field(
        True, description="Without a language model, let a small model help to tell which sentences answer"
    )
    remarks: bool = Field(True, description="In full mode the Observer's model remarks on a run when it is done")
    web: bool = Field(False, description="Tools may reach the network although documents are given")
    deadline_seconds: float = Field(120.0, gt=0, le=SECONDS_MAX, description="Longest a run may take")
    max_parallel: int = Field(8, ge=1, le=1000, description="Tasks that run at once")
    max_plan_tasks: int = Field(12, ge=1, le=256, description="Tasks of one plan that are done; the rest is left out")
    max_evidence: int = Field(8, ge=1, le=1000, description="Passages a task reads at most")
    telemetry: TelemetrySettings = Field(default_factory=TelemetrySettings)
    encryption: EncryptionSettings = Field(default_factory=EncryptionSettings, description="Encryption between agents")
    seed: int = Field(0, ge=-(2**63), lt=2**63, description="Seed sent to the models")


class RunThresholds(AnswerThresholds, ExpertThresholds):
    """config/thresholds.yaml."""


class RunConfig(AskingConfig, SearchConfig):
    """The part of the configuration that runs go by."""

    system: RunSettings = Field(default_factory=RunSettings)
    thresholds: RunThresholds = Field(default_factory=RunThresholds)
    experts: ExpertSettings = Field(default_factory=ExpertSettings)
