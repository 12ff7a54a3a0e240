"""Files of word processors, spreadsheets and presentations."""

from moe_core import Loader, hookimpl
from moe_kit.documents.named_reader import NamedReaderLoader

_FORMATS = "moe_kit.documents.formats"


class DocxLoader(NamedReaderLoader):
    """Reads Word."""

    name = "docx"
    summary = "Word documents"
    label = "Word"
    suffixes = (".docx", ".docm")
    reader = f"{_FORMATS}.docx:load_docx"


class RtfLoader(NamedReaderLoader):
    """Reads rich text."""

    name = "rtf"
    summary = "Rich text"
    label = "rich text"
    suffixes = (".rtf",)
    signatures = (b"{\\rtf",)
    reader = f"{_FORMATS}.rtf:load_rtf"


class OdtLoader(NamedReaderLoader):
    """Reads OpenDocument text."""

    name = "odt"
    summary = "OpenDocument texts"
    label = "OpenDocument text"
    suffixes = (".odt",)
    reader = f"{_FORMATS}.odt:load_odt"


class XlsxLoader(NamedReaderLoader):
    """Reads Excel."""

    name = "xlsx"
    summary = "Workbooks of Excel, values as they are shown"
    label = "Excel"
    suffixes = (".xlsx", ".xlsm")
    reader = f"{_FORMATS}.xlsx:load_xlsx"


class XlsLoader(NamedReaderLoader):
    """Reads older Excel."""

    name = "xls"
    summary = "Workbooks of older Excel, and of its binary format"
    label = "older Excel"
    suffixes = (".xls", ".xlsb")
    reader = f"{_FORMATS}.xls:load_xls"


class OdsLoader(NamedReaderLoader):
    """Reads OpenDocument sheet."""

    name = "ods"
    summary = "OpenDocument sheets"
    label = "OpenDocument sheet"
    suffixes = (".ods",)
    reader = f"{_FORMATS}.ods:load_ods"


class PptxLoader(NamedReaderLoader):
    """Reads PowerPoint."""

    name = "pptx"
    summary = "Presentations of PowerPoint, slides as pages"
    label = "PowerPoint"
    suffixes = (".pptx", ".pptm")
    reader = f"{_FORMATS}.pptx:load_pptx"


class OdpLoader(NamedReaderLoader):
    """Reads OpenDocument presentation."""

    name = "odp"
    summary = "OpenDocument presentations, slides as pages"
    label = "OpenDocument presentation"
    suffixes = (".odp",)
    reader = f"{_FORMATS}.odp:load_odp"


@hookimpl
def moe_loaders() -> list[type[Loader]]:
    """All of them."""
    return [DocxLoader, RtfLoader, OdtLoader, XlsxLoader, XlsLoader, OdsLoader, PptxLoader, OdpLoader]
