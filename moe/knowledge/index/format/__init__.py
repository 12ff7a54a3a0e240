"""The index as arrays and files: layout, tables, checksums, the read side."""
