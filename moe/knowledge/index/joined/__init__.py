"""Several segments read as the one index that their living documents would make."""
