"""Reading `.moe` modelfiles, a superset of Ollama's Modelfile."""
