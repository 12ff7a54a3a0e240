"""Answering from evidence by rule, without a language model: plans, tool calls, cited sentences, filled schemas."""
