"""The settings that documents are read, indexed and searched by."""

from enum import StrEnum

from pydantic import Field

from moe_core.loading.config.settings import Settings
from moe_core.loading.settings import RoutingSettings


class DocumentSettings(Settings):
    """What reading one file of the documents may take, and which files count."""

    memory_megabytes: int = Field(
        512, ge=128, le=1 << 20, description="Memory that reading one file may need; a reader itself needs 80 MB"
    )
    seconds: float = Field(
        30.0, gt=0, le=86_400, description="Longest that reading one file may take, and then indexing it"
    )
    max_characters: int = Field(
        5_000_000, ge=10_000, le=100_000_000, description="Text of one document that is read; the rest is left out"
    )
    processes: int | None = Field(
        None, ge=1, le=64, description="Processes that read files at once; null for one a processor, four at most"
    )
    follow_links: bool = Field(False, description="Read what links in a folder of documents lead to outside of it")
    loaders: dict[str, str] = Field(
        default_factory=dict, description="By ending, as .pdf: the loader that reads it, where several could"
    )


class RefreshPolicy(StrEnum):
    """What happens when an index is behind its files."""

    ASK = "ask"
    AUTO = "auto"
    NEVER = "never"


class IndexSettings(Settings):
    """config/index.yaml."""

    refresh: RefreshPolicy = Field(
        RefreshPolicy.AUTO, description="Whether files that have changed are read again before a question is answered"
    )
    refresh_max_megabytes: float = Field(
        1.0, ge=0, description="Changed files, together, up to which auto does so without asking"
    )


class SearchSettings(RoutingSettings):
    """What the search of documents reads of config/system.yaml."""

    max_nodes: int = Field(600, ge=10, le=100_000, description="Passages that one walk reaches")
    documents: DocumentSettings = Field(default_factory=DocumentSettings)


class SearchConfig(Settings):
    """The part of the configuration that documents are searched by."""

    system: SearchSettings = Field(default_factory=SearchSettings)
    index: IndexSettings = Field(default_factory=IndexSettings)
