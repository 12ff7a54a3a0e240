"""From claims to an answer: statements with their support, citations, why each is cited."""
