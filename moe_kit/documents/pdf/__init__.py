"""Lines, columns, tables, headings of PDF pages, from where their characters stand."""
