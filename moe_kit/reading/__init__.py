"""A reader model: extractive question answering by a BERT of the SQuAD kind, on this machine's processor."""
