"""The server: runs, their events and everything else of an App over HTTP."""
