"""Text analysis that every layer and plugin shares: tokens, stems, sentences."""
