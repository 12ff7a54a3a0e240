"""The licences of the packages that the page may hold parts of, as a file that is shipped with it."""

import json
from collections import defaultdict
from pathlib import Path

LICENCES = "LICENCES.txt"
_HEAD = """The page of moe is built from packages of others. These are they, with their licences: all that its own
list of packages brings, of which the built page holds those parts that it uses. Types that are gone
once the page is built are left out.

"""
_NAMES = ("LICENSE", "LICENCE", "LICENSE.md", "LICENCE.md", "LICENSE.txt", "license", "license.md", "LICENSE.mit")


def describe_licences(workshop: Path) -> str:
    """The file's text: each package, then each licence's words with the packages that have them.

    Args:
        workshop: Where the lock file and what is installed are.
    """
    lines: list[str] = []
    having: dict[str, list[str]] = defaultdict(list)
    for place, entry in sorted(_list_packages(workshop).items()):
        name = place.rpartition("node_modules/")[2]
        licence = entry.get("license", "no licence named")
        lines.append(f"{name} {entry['version']}: {licence}\n")
        having[_read_words(workshop / place)].append(name)
    words = having.pop("", [])
    told = [f"{'=' * 80}\n{', '.join(names)}\n\n{text}\n" for text, names in sorted(having.items())]
    bare = f"\nWithout a file of its own: {', '.join(words)}\n" if words else ""
    return _HEAD + "".join(lines) + bare + "\n" + "\n".join(told)


def _list_packages(workshop: Path) -> dict[str, dict[str, str]]:
    """The entries of the lock file that are no tools and no types, by their places."""
    packages = json.loads((workshop / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    left_out = ("dev", "optional", "devOptional")
    return {
        place: entry
        for place, entry in packages.items()
        if place and "/@types/" not in place and not any(entry.get(word) for word in left_out)
    }


def _read_words(package: Path) -> str:
    """What a package's licence says, with the same line ends everywhere; "" without a file."""
    found = next((package / name for name in _NAMES if (package / name).is_file()), None)
    if found is None:
        return ""
    return "\n".join(line.rstrip() for line in found.read_text(encoding="utf-8").strip().splitlines())
