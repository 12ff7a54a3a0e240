"""One module a document format; `formats` knows which file is whose."""
