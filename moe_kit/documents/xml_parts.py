"""XML files inside of archives."""

import re
from xml.etree.ElementTree import Element, ParseError
from zipfile import ZipFile

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from moe_core.contracts.errors import DocumentError

_NAMESPACE = re.compile(r"\{[^}]*\}")


def read_xml(archive: ZipFile, member: str, name: str) -> Element:
    """Read a member of an archive as XML.

    Args:
        archive: The archive.
        member: Its member.
        name: What errors call the archive.

    Raises:
        DocumentError: It is missing, damaged, or declares entities.
    """
    try:
        root: Element = fromstring(archive.read(member))
    except KeyError as error:
        raise DocumentError(f"{name} is incomplete: {member} is missing", path=name) from error
    except (ParseError, DefusedXmlException) as error:
        raise DocumentError(f"{name} is damaged: {member} is no valid XML ({error})", path=name) from error
    return root


def read_bare_xml(archive: ZipFile, member: str, name: str) -> Element:
    """As `read_xml`, the names of elements and attributes without their namespaces.

    Office formats write one and the same thing in several namespaces, by version.
    """
    root = read_xml(archive, member, name)
    for element in root.iter():
        element.tag = _NAMESPACE.sub("", element.tag)
        if element.attrib:
            element.attrib = {_NAMESPACE.sub("", key): value for key, value in element.attrib.items()}
    return root
