from msgspec.structs import replace

from moe_core.loading.plugins.locking.places import list_lock_places


def test_locks_and_what_they_are_held_against_are_places(tree, shelf):
    package = shelf.install("placeone")
    file = tree.write("plugins/tools/mine.py", "", root="user")
    lock = tree.locations.user / "moe.lock"
    assert list(list_lock_places(tree.locations)) == []
    places = set(list_lock_places(replace(tree.locations, locks=(lock,))))
    assert {lock, file, package, package / "words.txt"} <= places
