"""The parts of a Word file, found by what they are related as."""

import posixpath
from xml.etree.ElementTree import Element
from zipfile import ZipFile

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.xml_parts import read_bare_xml


class WordParts:
    """A Word file's parts as XML without namespaces."""

    def __init__(self, archive: ZipFile, name: str) -> None:
        """Find the main part.

        Args:
            archive: The file.
            name: What errors call it.

        Raises:
            DocumentError: It has no main part.
        """
        self._archive = archive
        self._name = name
        self._members = frozenset(archive.namelist())
        main = self._find_related("", "officeDocument")
        if not main:
            raise DocumentError(f"{name} is no Word file, whatever its name says", path=name)
        self._main = main[0]

    def read_main(self) -> Element:
        """The part that holds the text.

        Raises:
            DocumentError: It is missing or damaged, or belongs to another program's file.
        """
        root = read_bare_xml(self._archive, self._main, self._name)
        if root.tag != "document":
            raise DocumentError(f"{self._name} is no Word file, whatever its name says", path=self._name)
        return root

    def read_related(self, kind: str) -> list[Element]:
        """The parts that the main part has for "styles", "footnotes", "header" or another kind, in order.

        Raises:
            DocumentError: One is damaged.
        """
        return [read_bare_xml(self._archive, part, self._name) for part in self._find_related(self._main, kind)]

    def count_related(self, kind: str) -> int:
        """How many parts of a kind there are."""
        return len(self._find_related(self._main, kind))

    def _find_related(self, part: str, kind: str) -> list[str]:
        folder, file = posixpath.split(part)
        member = posixpath.join(folder, "_rels", f"{file}.rels")
        if member not in self._members:
            return []
        found = []
        for relation in read_bare_xml(self._archive, member, self._name).iter("Relationship"):
            target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", ""))).lstrip("/")
            if relation.get("Type", "").endswith(f"/{kind}") and target in self._members:
                found.append(target)
        return sorted(set(found))
