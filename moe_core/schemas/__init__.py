"""JSON Schema: whether it is one, where its references lead, and what fits it."""
