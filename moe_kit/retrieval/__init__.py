"""What retrievers share: BM25, sentence embeddings, and vectors kept on disk."""
