"""From a request to a route to a chain."""
