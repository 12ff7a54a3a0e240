"""Executors: where tasks are done."""
