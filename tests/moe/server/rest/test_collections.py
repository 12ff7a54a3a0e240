"""Collections over HTTP: filled by files that are sent, asked, cited from, deleted."""

import io
import json
import zipfile

import pytest

from served_project import MILL

ASKED = "Who restored the tidal mill?"
QUAY = "# The quay\n\nThe quay was rebuilt by Ivo Stern in 1911.\n"


def send(client, name, *files, wait=60, **options):
    parts = [("files", (file, content)) for file, content in files]
    return client.post(f"/api/v1/collections?wait={wait}", data={"name": name}, files=parts, **options)


@pytest.fixture
def papers(client, request):
    """A collection of two documents, of this test alone."""
    name = f"papers-{abs(hash(request.node.name)) % 10**6}"
    sent = send(client, name, ("mill.md", MILL), ("quay.md", QUAY))
    assert (sent.status_code, sent.json()["status"]) == (200, "ready"), sent.text
    yield name
    client.delete(f"/api/v1/collections/{name}")


def test_files_are_sent_asked_and_cited_with_their_exact_text(client, papers):
    answer = client.post("/run", json={"question": ASKED, "collection": papers}).json()
    cited = answer["citations"][0]
    assert ("Ada Brook" in answer["answer"], cited["document"]) == (True, "mill.md")
    place = f"/api/v1/collections/{papers}/documents/{cited['document']}"
    whole = client.get(place).json()
    assert whole["text"][cited["start"] : cited["end"]] == cited["text"]
    part = client.get(place, params={"start": cited["start"], "end": cited["end"]}).json()
    assert (part["text"], part["start"], part["end"]) == (cited["text"], cited["start"], cited["end"])
    beyond = client.get(place, params={"start": 10**9}).json()
    assert (beyond["text"], beyond["start"]) == ("", len(whole["text"]))


def test_a_chat_program_asks_a_collection_and_is_shown_where_it_is_cited(client, papers):
    asked = {"model": "moe", "messages": [{"role": "user", "content": ASKED}], "collection": papers}
    message = client.post("/v1/chat/completions", json=asked).json()["choices"][0]["message"]
    link = message["annotations"][0]["url_citation"]["url"]
    place, _, span = link.partition("#")
    start, end = map(int, span.split("-"))
    assert "Ada Brook" in client.get(place).json()["text"][start:end]
    asked["collection"] = papers[:-1]
    assert client.post("/v1/chat/completions", json=asked).json()["error"]["code"] == "name_unknown"


def test_what_a_collection_holds_is_told_changed_and_deleted(client, papers):
    told = client.get(f"/api/v1/collections/{papers}").json()
    assert [file["name"] for file in told["files"]] == ["mill.md", "quay.md"]
    assert told["last_change"]["change"]["added"] == ["mill.md", "quay.md"]
    assert papers in [one["name"] for one in client.get("/api/v1/collections").json()["collections"]]
    again = send(client, papers, ("quay.md", QUAY.replace("Ivo", "Eva"))).json()
    assert (again["last_change"]["change"]["changed"], again["version"] == told["version"]) == (["quay.md"], False)
    place = f"/api/v1/collections/{papers}/documents/quay.md"
    assert "Eva Stern" in client.get(place).json()["text"]
    less = client.delete(f"{place}?wait=60").json()
    assert [file["name"] for file in less["files"]] == ["mill.md"]
    assert client.get(place).json()["code"] == "name_unknown"
    last = client.delete(f"/api/v1/collections/{papers}/documents/mill.md")
    assert (last.status_code, last.json()["detail"]) == (409, "nothing would be left")
    assert client.delete(f"/api/v1/collections/{papers}").status_code == 204
    assert client.get(f"/api/v1/collections/{papers}").status_code == 404


def test_indexing_is_followed_by_asking(client):
    begun = send(client, "followed", ("mill.md", MILL), wait=0)
    assert (begun.status_code, begun.json()["status"] in ("waiting", "indexing")) == (202, True)
    place = begun.headers["location"]
    for _ in range(600):
        told = client.get(place).json()
        if told["status"] not in ("waiting", "indexing"):
            break
        client.get("/health/ready")
    assert (told["status"], told["last_change"]["status"]) == ("ready", "done")
    client.delete(place)


def read_frames(stream):
    frames = [dict(line.split(": ", 1) for line in frame.splitlines()) for frame in "".join(stream).split("\n\n")[:-1]]
    return [(frame["event"], json.loads(frame["data"])) for frame in frames]


def test_indexing_is_followed_as_events(client):
    lines = "".join(f"# Part {number}\n\nThe wheel {number} turns at ebb.\n\n" for number in range(4000))
    place = send(client, "streamed", ("wheels.md", lines), wait=0).headers["location"]
    with client.stream("GET", f"{place}/events") as stream:
        told = read_frames(stream.iter_text())
    kinds = [kind for kind, _ in told]
    assert kinds[0] in ("collection.waiting", "collection.indexing")
    assert kinds[-2:] == ["collection.done", "stream.end"]
    assert (told[-2][1]["change"]["added"], told[-1][1]["status"]) == (["wheels.md"], "done")
    assert len({str(frame) for frame in told}) == len(told)
    with client.stream("GET", f"{place}/events") as stream:
        assert read_frames(stream.iter_text()) == told[-2:]
    client.delete(place)
    assert client.get(f"{place}/events").json()["code"] == "name_unknown"


def test_a_change_that_fails_is_told_in_its_events(client):
    place = send(client, "spoilt", ("papers.pdf", b"%PDF-1.7\nno more"), wait=0).headers["location"]
    with client.stream("GET", f"{place}/events") as stream:
        told = read_frames(stream.iter_text())
    assert [kind for kind, _ in told[-2:]] == ["collection.failed", "stream.end"]
    assert (told[-2][1]["problem"]["code"], told[-1][1]["status"]) == ("document", "failed")


def test_uploads_side_by_side_are_taken_one_after_the_other(client):
    for number in range(5):
        assert send(client, "crowd", (f"{number}.md", f"# {number}\n\nLine {number}.\n"), wait=0).status_code == 202
    assert len(send(client, "crowd", ("last.md", MILL)).json()["files"]) == 6
    client.delete("/api/v1/collections/crowd")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../mill.md", "holds a path"),
        ("/etc/passwd.md", "holds a path"),
        ("a\\b.md", "holds a path"),
        (".hidden.md", "is none that a document can have"),
        ("..", "is none that a document can have"),
        (f"{'x' * 300}.md", "is too long"),
    ],
)
def test_names_never_become_paths(client, served, name, words):
    refused = send(client, "odd", (name, MILL))
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_request"), refused.text
    assert words in refused.json()["detail"]
    assert client.get("/api/v1/collections/odd").status_code == 404
    assert not [path for path in served.folder.rglob("*") if path.name in ("passwd.md", ".hidden.md")]


@pytest.mark.parametrize("name", [b"a\x07.md", b"a\0.md", b"a\xe2\x80\xae.md", b"a\xed\xa0\x80.md\x01", b""])
def test_names_of_what_is_no_letter_are_refused(client, name):
    head = b'--x\r\ncontent-disposition: form-data; name="name"\r\n\r\nodd\r\n--x\r\ncontent-disposition: form-data; '
    body = head + b'name="files"; filename="' + name + b'"\r\n\r\n# a\r\n--x--\r\n'
    headers = {"content-type": "multipart/form-data; boundary=x"}
    refused = client.post("/api/v1/collections?wait=60", content=body, headers=headers)
    assert refused.json().get("code") in ("invalid_request", "invalid_form"), refused.text
    assert client.get("/api/v1/collections/odd").status_code == 404


def zip_of(name, content):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("papers.zip", zip_of("mill.md", MILL)),
        ("papers.docx", zip_of("word/document.xml", b" " * 400_000_000)),
        ("papers.pdf", b"%PDF-1.7\nno more"),
        ("papers.exe", b"MZ"),
        ("papers.md", zip_of("mill.md", MILL)),
    ],
    ids=["archive", "bomb", "damaged", "unknown", "disguised"],
)
def test_what_is_no_document_is_refused(client, served, name, content):
    refused = send(client, "junk", (name, content))
    assert (refused.status_code, refused.json()["code"]) == (422, "document"), refused.text
    assert refused.json()["hint"]
    assert str(served.folder) not in refused.text
    assert not list((served.folder / ".moe" / "collections" / ".uploads").glob("*"))


def test_forms_that_are_none_are_refused(client):
    place = "/api/v1/collections"
    form = {"content-type": "multipart/form-data; boundary=x"}
    assert client.post(place, json={"name": "a"}).json()["code"] == "media_type"
    assert client.post(place, content=b"junk", headers=form).json()["code"] in ("invalid_form", "invalid_request")
    no_boundary = client.post(place, content=b"junk", headers={"content-type": "multipart/form-data"})
    assert no_boundary.json()["code"] == "invalid_form"
    other = client.post(place, data={"name": "a"}, files=[("fils", b"")]).json()
    assert other["errors"] == [{"pointer": "/fils", "detail": "no such field; there are name, files, docs"}]
    assert client.post(place, data={"name": "a", "files": "text"}, files=[("name", b"")]).status_code == 422
    assert (
        client.post(place, files=[("files", ("a.md", b"a"))]).json()["detail"]
        == "the form does not name the collection"
    )
    twice = send(client, "a", ("a.md", b"a"), ("a.md", b"b"))
    assert twice.json()["errors"] == [{"pointer": "/files/1", "detail": "is sent twice"}]
    for name in ("../a", "a/b", ".a", "x" * 60, "é"):
        assert send(client, name, ("a.md", b"a")).json()["code"] == "request", name


def test_sizes_and_counts_are_limited(own):
    own.start("--workers", "1", settings=("server.max_upload_bytes=3000", "server.max_upload_files=2"))
    with own.open_client() as client:
        large = send(client, "a", ("a.md", b"a" * 5000))
        assert (large.status_code, large.json()["hint"]) == (413, "server.max_upload_bytes")
        many = send(client, "a", *((f"{number}.md", b"a") for number in range(3)))
        assert (many.status_code, many.json()["code"]) == (400, "invalid_form")
        assert client.get("/api/v1/collections/a").status_code == 404


def test_documents_of_collections_are_reached_by_no_path(client, served, papers):
    for docs in (".moe", f".moe/collections/{papers}/documents", ".moe/**/*.md"):
        refused = client.post("/run", json={"question": ASKED, "docs": [docs]})
        assert (refused.status_code, refused.json()["code"]) == (403, "docs_outside"), docs


def test_each_key_has_collections_of_its_own_beside_the_projects(keyed):
    (keyed.folder / "shared.md").write_text(QUAY, encoding="utf-8")
    assert keyed.run("collections", "add", "shared", "shared.md").returncode == 0
    with (
        keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.ann}"}) as ann,
        keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.bob}"}) as bob,
        keyed.open_client(headers={"authorization": f"Bearer {keyed.keys.chief}"}) as chief,
    ):
        assert send(ann, "papers", ("mill.md", MILL)).json()["name"] == "papers"
        assert send(bob, "papers", ("quay.md", QUAY)).json()["files"][0]["name"] == "quay.md"
        ask = {"question": ASKED, "collection": "papers"}
        assert "Ada Brook" in ann.post("/run", json=ask).json()["answer"]
        assert "Ada Brook" not in bob.post("/run", json=ask).text
        assert bob.get("/api/v1/collections/papers/documents/mill.md").status_code == 404
        seen = {one["name"] for one in bob.get("/api/v1/collections").json()["collections"]}
        assert seen == {"papers", "shared"}
        full = next(
            one["name"]
            for one in chief.get("/api/v1/collections").json()["collections"]
            if one["name"].endswith(".papers") and one["files"][0]["name"] == "mill.md"
        )
        for place in (full, full.upper()):
            assert bob.get(f"/api/v1/collections/{place}").status_code == 404
            assert bob.post("/run", json={**ask, "collection": place}).json()["code"] == "name_unknown"
            assert bob.delete(f"/api/v1/collections/{place}").status_code == 404
        assert ann.get(f"/api/v1/collections/{full}").json()["name"] == "papers"
        rebuilt = {"question": "Who rebuilt the quay?", "collection": "shared"}
        assert "Ivo Stern" in ann.post("/run", json=rebuilt).json()["answer"]
        assert ann.delete("/api/v1/collections/shared").status_code == 404
        assert chief.delete("/api/v1/collections/shared").status_code == 204


def add_docs(client, name, *docs):
    parts = [("name", (None, name)), *(("docs", (None, one)) for one in docs)]
    return client.post("/api/v1/collections?wait=60", files=parts)


def test_the_servers_own_files_are_taken_in_below_its_roots_only(client, served):
    (served.folder / "notes").mkdir(exist_ok=True)
    (served.folder / "notes" / "quay.md").write_text(QUAY, encoding="utf-8")
    taken = add_docs(client, "own-files", "docs/mill.md", "notes")
    try:
        assert (taken.status_code, [file["name"] for file in taken.json()["files"]]) == (
            200,
            ["mill.md", "notes/quay.md"],
        )
        answer = client.post("/run", json={"question": "Who rebuilt the quay?", "collection": "own-files"}).json()
        assert "Ivo Stern" in answer["answer"]
    finally:
        client.delete("/api/v1/collections/own-files")


@pytest.mark.parametrize("outside", ["../outside.md", "/etc/passwd", ".moe", "docs/../../outside.md", "~"])
def test_no_other_files_of_the_server_get_into_a_collection(client, outside):
    told = add_docs(client, "stolen", "docs", outside)
    assert (told.status_code, told.json()["code"]) == (403, "docs_outside")
    assert told.json()["errors"][0]["pointer"] == "/docs/1"
    assert client.get("/api/v1/collections/stolen").status_code == 404


def test_a_file_of_the_servers_that_is_not_there_is_told(client):
    told = add_docs(client, "nothing", "docs/mil.md")
    assert (told.status_code, told.json()["code"]) == (422, "document")
    assert "mil.md" in told.json()["detail"]
