"""What OpenDocument files say: texts, sheets, slides."""
