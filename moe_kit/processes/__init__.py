"""Work in processes of its own, which limits hold."""
