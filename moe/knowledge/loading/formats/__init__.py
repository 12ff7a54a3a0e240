"""One module a document format; `file_formats` knows which file is whose."""
