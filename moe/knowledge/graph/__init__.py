"""The knowledge graph of one question: built from the index, walked by personas, thrown away."""
