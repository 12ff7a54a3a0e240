"""Collections of documents over HTTP."""
