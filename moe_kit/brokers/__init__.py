"""What transports over message brokers share."""
