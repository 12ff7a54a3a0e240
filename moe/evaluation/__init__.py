"""Measuring moe on questions whose evidence is known."""
