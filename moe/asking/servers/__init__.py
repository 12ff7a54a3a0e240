"""Model servers: opening, selecting, asking after health and facts, downloads, the response cache."""
