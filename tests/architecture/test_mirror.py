"""Tests lie where the code lies: folder by folder, and module by module where a test is named after one."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PACKAGES = {"core": "moe_core", "kit": "moe_kit", "moe": "moe", "plugins": "plugins"}  # folder of tests: package


def find_folders(package: Path) -> list[Path]:
    """The package's folders that hold modules of their own."""
    modules = [path for path in package.rglob("*.py") if path.name != "__init__.py"]
    return sorted({path.parent for path in modules if path.parent.name != "__pycache__"})


def mirror(path: Path) -> Path:
    """The folder of tests for a folder of the product, or of the product for a folder of tests."""
    relative = path.relative_to(ROOT)
    if relative.parts[0] == "tests":
        return ROOT / PACKAGES[relative.parts[1]] / Path(*relative.parts[2:])
    folder = next(name for name, package in PACKAGES.items() if package == relative.parts[0])
    return TESTS / folder / Path(*relative.parts[1:])


FOLDERS = [folder for package in PACKAGES.values() for folder in find_folders(ROOT / package)]
TEST_FILES = sorted(path for folder in PACKAGES for path in (TESTS / folder).rglob("test_*.py"))


def show(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("folder", FOLDERS, ids=show)
def test_a_folder_of_code_has_a_folder_of_tests(folder: Path) -> None:
    assert list(mirror(folder).glob("test_*.py")), f"{show(mirror(folder))} holds no test of {show(folder)}"


@pytest.mark.parametrize("folder", sorted({path.parent for path in TEST_FILES}), ids=show)
def test_a_folder_of_tests_mirrors_a_folder_of_code(folder: Path) -> None:
    assert mirror(folder).is_dir(), f"there is no {show(mirror(folder))} that {show(folder)} could test"


@pytest.mark.parametrize("path", TEST_FILES, ids=show)
def test_a_test_named_after_a_module_lies_in_its_folder_or_above(path: Path) -> None:
    """Above: where the test goes through the door of a package around the module, as the command line's do."""
    name, folder = path.stem.removeprefix("test_"), mirror(path.parent)
    named = [*(ROOT / PACKAGES[path.relative_to(TESTS).parts[0]]).rglob(f"{name}.py")]
    assert not named or any(module.is_relative_to(folder) for module in named), (
        f"{show(path)} is named after {', '.join(map(show, named))}; it lies in the tests of {show(folder)}"
    )
