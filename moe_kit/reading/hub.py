"""Fetching a reader model from a hub that speaks Hugging Face's protocol, each file held to its size and hash."""

import hashlib
import os
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec

import moe_kit.net.lazy_httpx as httpx
from moe_core.contracts.download import PullProgress
from moe_core.contracts.errors import ConfigError, ModelError, ModelMissingError, ModelUnavailableError, StorageError
from moe_kit.reading.reader_folder import CONFIG, TOKENIZER, WEIGHTS

HUB = "https://huggingface.co"
_PLACES = {CONFIG: (CONFIG,), TOKENIZER: (TOKENIZER,), WEIGHTS: (WEIGHTS, f"onnx/{WEIGHTS}")}
_COMMIT = re.compile(r"[0-9a-f]{40,64}")
_CHUNK = 1 << 20  # bytes in memory at once, of files of hundreds of megabytes
_SILENCE_SECONDS = 30.0  # a choice: of silence, not of the whole download
_LISTING_BYTES = 8_000_000  # a listing is names, sizes and hashes: kilobytes
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class HubFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file of a model.

    Attributes:
        name: What it is called here.
        path: What it is called there.
        digest: Of SHA-256; for small files that have none, git's: SHA-1 with the size in front.
    """

    name: str
    path: str
    size: int
    digest: str
    is_git: bool

    def start_hash(self) -> "hashlib._Hash":
        """A hash that ends as `digest` when the file is whole."""
        if not self.is_git:
            return hashlib.sha256()
        return hashlib.sha1(f"blob {self.size}\0".encode(), usedforsecurity=False)


class HubClient:
    """Asks one hub; nothing but the model's name is sent there."""

    def __init__(self, address: str = "", *, transport: "httpx.AsyncBaseTransport | None" = None) -> None:
        """Take an address.

        Args:
            address: Of the hub; "" for Hugging Face's.
            transport: In place of the network.

        Raises:
            ConfigError: It is neither https nor on this machine.
        """
        self._address = (address or HUB).rstrip("/")
        self._transport = transport
        _check_address(httpx.URL(self._address))

    async def fetch(self, name: str, folder: Path) -> AsyncGenerator[PullProgress, None]:
        """Fetch a model into a folder, telling how far it is; what was begun before is gone on with.

        Raises:
            ModelMissingError: There is no such model, or it has no ONNX export.
            ModelUnavailableError: The hub cannot be reached or fails.
            ModelError: What came is not what the hub lists.
            StorageError: The folder cannot be written.
        """
        try:
            _prepare(folder)
            async with self._open() as client:
                commit, files = await self._list_files(client, name)
                for file in files:
                    async for step in self._fetch_file(client, name, commit, file, folder):
                        yield step
        except httpx.HTTPError as error:
            raise ModelUnavailableError(
                f"{self._address} cannot be reached: {_tell(error)}",
                provider="reader",
                model=name,
                hint="there may be no network; a model's folder copied from elsewhere serves as well",
            ) from error
        except OSError as error:
            raise StorageError(
                f"{folder} cannot be written: {error.strerror or error}", hint="free the space, or mend the rights"
            ) from error
        yield PullProgress(status="success")

    @asynccontextmanager
    async def _open(self) -> AsyncIterator["httpx.AsyncClient"]:
        async def check(request: "httpx.Request") -> None:
            _check_address(request.url)

        async with httpx.AsyncClient(
            transport=self._transport,
            timeout=_SILENCE_SECONDS,
            follow_redirects=True,
            event_hooks={"request": [check]},
        ) as client:
            yield client

    async def _list_files(self, client: "httpx.AsyncClient", name: str) -> tuple[str, list[HubFile]]:
        answer = await client.get(f"{self._address}/api/models/{name}", params={"blobs": "true"})
        if answer.status_code in (401, 403, 404):  # a hub tells nobody which private models there are
            raise _missing(name, f"{self._address} has no public model {name}", "check its spelling: owner/name")
        if not answer.is_success or len(answer.content) > _LISTING_BYTES:
            raise ModelUnavailableError(f"{self._address} answered {answer.status_code}", provider="reader", model=name)
        try:
            listed: Any = answer.json()
            commit = str(listed["sha"])
            there = {str(one["rfilename"]): one for one in listed["siblings"]}
            if not _COMMIT.fullmatch(commit):
                raise ValueError("its commit is no hash")
            return commit, [_find_file(own, places, there, name) for own, places in _PLACES.items()]
        except (ValueError, KeyError, TypeError) as error:
            raise ModelError(
                f"{self._address} lists the model in a form that is not known: {_tell(error)}",
                provider="reader",
                model=name,
                hint="download its files by hand into a folder, and name that",
            ) from error

    async def _fetch_file(
        self, client: "httpx.AsyncClient", name: str, commit: str, file: HubFile, folder: Path
    ) -> AsyncGenerator[PullProgress, None]:
        part = folder / f"{file.name}.{file.digest[:12]}.part"
        digest, done = _read_begun(part, file)
        url = f"{self._address}/{name}/resolve/{commit}/{file.path}"
        if done < file.size:
            headers = {"range": f"bytes={done}-"} if done else {}
            async with client.stream("GET", url, headers={**headers, "accept-encoding": "identity"}) as answer:
                if answer.status_code not in (200, 206):
                    raise ModelUnavailableError(
                        f"{self._address} answered {answer.status_code} for {file.path}", provider="reader", model=name
                    )
                if answer.status_code == 200 and done:
                    digest, done = file.start_hash(), 0
                with part.open("r+b" if done else "wb") as opened:
                    opened.seek(done)
                    async for chunk in answer.aiter_bytes(_CHUNK):
                        opened.write(chunk)
                        digest.update(chunk)
                        done += len(chunk)
                        if done > file.size:
                            break
                        status = f"fetching {file.name}"
                        yield PullProgress(status=status, digest=file.digest[:12], completed=done, total=file.size)
        if done != file.size or digest.hexdigest() != file.digest:
            part.unlink(missing_ok=True)
            what = f"{done} bytes in place of {file.size}" if done != file.size else "another hash than the hub lists"
            raise ModelError(
                f"{file.path} of {name} came with {what}, and was thrown away",
                provider="reader",
                model=name,
                hint="try again; if it happens again, the hub or what stands between is damaged",
            )
        os.replace(part, folder / file.name)


def _find_file(own: str, places: Sequence[str], there: Mapping[str, Any], name: str) -> HubFile:
    path = next((place for place in places if place in there), None)
    if path is None:
        what = "no export to ONNX" if own == WEIGHTS else f"no {own}"
        hint = "take one that has one, or export it and name its folder"
        raise _missing(name, f"{name} has {what}", hint)
    about = there[path]
    large = about.get("lfs")
    size, digest = (large["size"], large["sha256"]) if large else (about["size"], about["blobId"])
    return HubFile(name=own, path=path, size=int(size), digest=str(digest).lower(), is_git=not large)


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)


def _read_begun(part: Path, file: HubFile) -> tuple["hashlib._Hash", int]:
    digest, done = file.start_hash(), 0
    if not part.is_file() or part.stat().st_size > file.size:
        return digest, 0
    with part.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
    return digest, done


def _check_address(url: "httpx.URL") -> None:
    if url.scheme != "https" and url.host not in _LOOPBACK:
        raise ConfigError(
            f"models are fetched by https alone, and {url.host or url} is none",
            source="config/providers.yaml",
            key="providers.reader.base_url",
            hint="write https:// in front",
        )


def _missing(name: str, message: str, hint: str) -> ModelMissingError:
    return ModelMissingError(message, provider="reader", model=name, hint=hint)


def _tell(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
