"""What leads from passage to passage."""
