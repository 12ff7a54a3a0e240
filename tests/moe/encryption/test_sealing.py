"""What is sealed is read by its receiver alone; a key that is missing, wrong or old is named."""

import json
import time

import msgspec
import pytest

from moe.encryption import seal_keys
from moe.encryption.sealing import SealedBox, SealOpener
from moe_core.contracts.errors import RequestError, StorageError, TransportError

TASK = {"id": "t1", "run": "r1", "target": "drummer:search"}
BACK = {"id": "t1", "seq": 1, "type": "result", "sender": "s"}
CONTENT = {"question": "Who restored the tidal mill?", "large": "x" * 300_000}


@pytest.fixture
def box(keys):
    keys.renew("worker", days=30)
    return SealedBox(keys, "worker")


def find_id(keys, name="worker", place=0):
    return keys.find_own(name)[place].key_id


def age(files, keys, name, seconds, place=0):
    """Have a key be over for so long, or for so long to come."""
    for path, is_private in ((files.seal(name), True), (files.public_seal(name), False)):
        known = keys.find_own(name) if is_private else keys.find_public(name)
        known[place] = msgspec.structs.replace(known[place], until=time.time() - seconds)
        files.write(path, seal_keys._write(known, is_private=is_private), is_secret=is_private)


def test_a_task_and_its_answer_are_read_by_those_whom_they_concern(box, keys):
    opener = SealOpener(keys, "worker")
    sealed = box.seal(TASK, CONTENT)
    assert "tidal" not in json.dumps(sealed)
    assert opener.open(TASK, sealed) == CONTENT
    back = opener.seal_reply(BACK, {"answer": "Ada Brook"})
    assert "Ada" not in json.dumps(back)
    assert box.open_reply(BACK, back) == {"answer": "Ada Brook"}
    assert opener.seal_reply({**BACK, "id": "t2"}, {}) is None


def test_a_seal_counts_for_what_travels_beside_it_alone(box, keys):
    opener, sealed = SealOpener(keys, "worker"), box.seal(TASK, CONTENT)
    for name in TASK:
        with pytest.raises(TransportError, match="sealed for something else"):
            opener.open({**TASK, name: "other"}, sealed)
    opener.open(TASK, sealed)
    back = opener.seal_reply(BACK, {})
    for name, value in (("seq", 2), ("type", "progress"), ("sender", "x")):
        with pytest.raises(TransportError, match="sealed for something else"):
            box.open_reply({**BACK, name: value}, back)
    with pytest.raises(TransportError, match="cannot be opened with the key of this task"):
        box.open_reply({**BACK, "id": "t2"}, back)


def test_whoever_has_the_public_key_alone_can_answer_nothing(box, keys):
    forger = SealOpener(keys, "worker")
    forger.open(TASK, SealedBox(keys, "worker").seal(TASK, CONTENT))
    with pytest.raises(TransportError, match="cannot be opened with the key of this task"):
        box.open_reply(BACK, forger.seal_reply(BACK, {"answer": "gulls"}))
    with pytest.raises(TransportError, match="not sealed"):
        box.open_reply(BACK, {"answer": "gulls"})


def test_while_rotating_both_keys_open_and_afterwards_the_old_one_is_named(box, keys, files):
    old, before = find_id(keys), box.seal(TASK, CONTENT)
    keys.renew("worker", days=30)
    opener, after = SealOpener(keys, "worker"), box.seal(TASK, CONTENT)
    assert opener.open(TASK, before) == opener.open(TASK, after) == CONTENT
    assert find_id(keys) != old == find_id(keys, place=1)
    age(files, keys, "worker", 60, place=1)
    with pytest.raises(TransportError, match=f"sealed to the key {old} of 'worker', which counts no more since"):
        opener.open(TASK, before)
    assert opener.open(TASK, after) == CONTENT
    keys.renew("worker", days=30)
    assert [key.key_id for key in keys.find_own("worker")][1:] != [old]
    with pytest.raises(TransportError, match=f"sealed to the key {old}, which is none of 'worker'"):
        opener.open(TASK, before)


def test_a_key_of_somebody_else_is_named_with_those_that_are_here(box, keys):
    keys.renew("other", days=30)
    sealed = SealedBox(keys, "other").seal(TASK, CONTENT)
    other, own = find_id(keys, "other"), find_id(keys)
    with pytest.raises(TransportError, match=f"the key {other}, which is none of 'worker': there are {own}") as refused:
        SealOpener(keys, "worker").open(TASK, sealed)
    assert refused.value.reason == "refused"
    assert not refused.value.retryable


def test_a_key_that_was_changed_is_named(box, keys, files):
    sealed = box.seal(TASK, CONTENT)
    wanted = find_id(keys)
    keys.renew("other", days=30)
    stored = json.loads(files.seal("other").read_text())
    stored["keys"][0]["kid"] = wanted
    files.seal("worker").write_text(json.dumps(stored))
    with pytest.raises(TransportError, match=f"cannot be opened with the key {wanted} of 'worker'"):
        SealOpener(keys, "worker").open(TASK, sealed)


@pytest.mark.parametrize(
    "sealed", [{}, {"sealed": 7}, {"sealed": ""}, {"sealed": "a.b.c.d.e"}, {"sealed": "e30.b.c.d.e"}, {"question": "x"}]
)
def test_what_is_not_sealed_is_refused(box, keys, sealed):
    with pytest.raises(TransportError) as refused:
        SealOpener(keys, "worker").open(TASK, sealed)
    assert refused.value.reason == "refused"


def test_a_key_that_is_missing_or_over_is_told_before_anything_is_sent(keys, files):
    with pytest.raises(RequestError, match=r"there is no key to seal tasks to 'worker'.*worker\.seal\.pub"):
        SealedBox(keys, "worker").seal(TASK, CONTENT)
    with pytest.raises(StorageError, match=r"worker\.seal cannot be read"):
        SealOpener(keys, "worker")
    keys.renew("worker", days=30)
    age(files, keys, "worker", 60)
    with pytest.raises(RequestError, match=f"the key {find_id(keys)} of 'worker'.*counts no more since"):
        SealedBox(keys, "worker").seal(TASK, CONTENT)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"keys": []}', '{"keys": [{"kid": "x", "exp": 1}]}'])
def test_a_file_without_keys_is_told(keys, files, text):
    keys.renew("worker", days=30)
    files.seal("worker").write_text(text)
    with pytest.raises(StorageError, match=r"worker\.seal holds no key"):
        keys.find_own("worker")


def test_a_public_file_with_secrets_in_it_is_refused(keys, files):
    keys.renew("worker", days=30)
    files.public_seal("worker").write_bytes(files.seal("worker").read_bytes())
    with pytest.raises(StorageError, match="nobody else's to have"):
        keys.find_public("worker")
