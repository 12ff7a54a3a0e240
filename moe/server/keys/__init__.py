"""Keys of programs that use the server."""
