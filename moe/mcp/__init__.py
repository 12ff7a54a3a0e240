"""moe as a server of the Model Context Protocol: its answers, its search and some of its tools for other programs."""
