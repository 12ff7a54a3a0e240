"""The version of this moe; it stands here too, so that `moe --version` need not read package metadata."""

VERSION = "0.1.0"
