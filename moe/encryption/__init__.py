"""Certificates and keys by which the processes of moe know each other, and speak so that nobody else can read it."""
