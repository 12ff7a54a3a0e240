"""The network for tools: which addresses may be reached, and one careful HTTP client."""
