"""Values, protocols, errors and hook specifications that every part of moe agrees on."""
