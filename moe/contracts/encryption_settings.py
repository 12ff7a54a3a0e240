"""The settings that encryption between agents goes by."""

from pydantic import Field

from moe_core.loading.config.settings import Settings

_NAME = r"^([a-z0-9][a-z0-9_-]{0,62})?$"


class EncryptionSettings(Settings):
    """`encryption` of config/system.yaml."""

    folder: str = Field("certs", min_length=1, max_length=4096, description="Of certificates and keys")
    name: str = Field(
        "", pattern=_NAME, examples=["worker-2"], description="This process's own among them; empty for none"
    )
    sealed: bool = Field(False, description="Tasks and results are readable by their receiver alone")
    peer: str = Field("worker", pattern=_NAME, examples=["worker-2"], description="Whose key tasks are sealed to")
