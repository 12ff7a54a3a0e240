"""Tools in a run: what models see of them, running them, wording what they bring."""
