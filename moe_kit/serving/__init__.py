"""What providers of model servers share: connections, wire formats, the OpenAI protocol."""
