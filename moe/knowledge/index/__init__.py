"""The index on disk: what every passage's analysis found, as tables that are mapped into memory and never changed."""
