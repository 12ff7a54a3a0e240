from msgspec.structs import replace

from moe_core.loading.plugins.files import find_plugin_files

TOOL = "class {}: pass\n"


def found(tree):
    return [file.source.plugin for file in find_plugin_files(tree.locations).files]


def test_every_kind_folder_and_the_modelfiles_are_walked_in_a_fixed_order(tree):
    for relative in (
        "modelfiles/belters/b.moe",
        "modelfiles/a.moe",
        "plugins/tools/text/z.py",
        "plugins/tools/a.py",
        "plugins/tools/text/deep/a.py",
        "plugins/personas/p.json",
        "plugins/scorers/s.py",
    ):
        tree.write(relative, "")
    tree.write("plugins/tools/z.py", "", root="bundled")
    assert found(tree) == [
        "bundled/plugins/tools/z.py",
        "project/plugins/tools/a.py",
        "project/plugins/tools/text/deep/a.py",
        "project/plugins/tools/text/z.py",
        "project/plugins/personas/p.json",
        "project/plugins/scorers/s.py",
        "project/modelfiles/a.moe",
        "project/modelfiles/belters/b.moe",
    ]


def test_hidden_private_and_foreign_files_are_left_out(tree):
    for relative in (
        "plugins/tools/_private.py",
        "plugins/tools/.hidden.py",
        "plugins/tools/__pycache__/x.py",
        "plugins/tools/_drafts/x.py",
        "plugins/tools/notes.txt",
        "plugins/tools/data.json",
        "plugins/loose.py",
        "plugins/elsewhere/x.py",
    ):
        tree.write(relative, "")
    assert found(tree) == []


def test_the_first_folder_below_tools_is_the_category(tree):
    tree.write("plugins/tools/text/deep/a.py", "")
    tree.write("plugins/tools/b.py", "")
    tree.write("plugins/scorers/fine/c.py", "")
    files = find_plugin_files(tree.locations).files
    assert [file.category for file in files] == ["", "text", ""]


def test_a_project_that_is_the_checkout_is_scanned_once(tree):
    tree.write("plugins/tools/a.py", "", root="bundled")
    tree.locations = replace(tree.locations, project=tree.locations.bundled / "." / ".." / "bundled")
    assert found(tree) == ["bundled/plugins/tools/a.py"]


def test_a_copy_is_the_same_plugin_and_other_content_replaces(tree):
    for name in ("same", "other"):
        tree.write(f"plugins/tools/{name}.py", "", root="bundled")
    tree.write("plugins/tools/same.py", "")
    tree.write("plugins/tools/other.py", "X = 1\n")
    files = find_plugin_files(tree.locations)
    assert [file.source.plugin for file in files.files] == [
        "bundled/plugins/tools/same.py",
        "project/plugins/tools/other.py",
    ]
    pairs = [(old.source.plugin, new.source.plugin) for old, new in files.replaced]
    assert pairs == [("bundled/plugins/tools/other.py", "project/plugins/tools/other.py")]


def test_the_plugin_path_takes_roots_and_single_files(tree, tmp_path):
    tree.write_at(tmp_path / "more/plugins/tools/a.py", "")
    single = tree.write_at(tmp_path / "single.py", "")
    tree.add_extra(tmp_path / "more", single)
    files = find_plugin_files(tree.locations)
    assert [file.source.origin for file in files.files] == ["path", "path"]
    assert [file.path for file in files.files] == [tmp_path / "more/plugins/tools/a.py", single]
    assert not files.problems


def test_single_files_of_the_same_name_do_not_replace_each_other(tree, tmp_path):
    paths = [tree.write_at(tmp_path / folder / "tool.py", f"WHO = {folder!r}") for folder in ("a", "b")]
    tree.add_extra(*paths)
    assert [file.path for file in find_plugin_files(tree.locations).files] == paths


def test_a_plugin_path_entry_that_can_be_nothing_is_named(tree, tmp_path):
    (tmp_path / "empty").mkdir()
    tree.write_at(tmp_path / "notes.txt", "")
    tree.add_extra(tmp_path / "gone", tmp_path / "empty", tmp_path / "notes.txt")
    problems = find_plugin_files(tree.locations).problems
    assert [problem.location for problem in problems] == [str(path) for path in tree.locations.extra]
    assert all(problem.plugin == "MOE_PLUGIN_PATH" and problem.hint for problem in problems)


def test_a_misspelt_kind_folder_is_named(tree):
    tree.write("plugins/tool/a.py", "")
    (problem,) = find_plugin_files(tree.locations).problems
    assert "plugins/tools" in problem.hint
