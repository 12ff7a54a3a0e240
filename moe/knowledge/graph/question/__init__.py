"""A question as the graph sees it, and the texts and tables it is looked up in."""
