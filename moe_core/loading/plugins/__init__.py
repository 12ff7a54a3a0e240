"""Finding plugins, importing them at arm's length, reading what they bring."""
