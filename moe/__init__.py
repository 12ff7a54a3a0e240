"""The application: knowledge, running, storage and faces over the moe_core kernel."""
