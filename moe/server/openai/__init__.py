"""The API that programs for OpenAI's speak."""
