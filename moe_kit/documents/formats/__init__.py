"""One module a document format; the bundled loaders import them where files are read."""
