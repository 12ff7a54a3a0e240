"""Reading documents: what loaders of several formats share."""
