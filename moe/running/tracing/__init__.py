"""Spans of runs for OpenTelemetry, made of their events."""
