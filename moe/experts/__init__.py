"""The experts: who there is, where each stands, and how that changes."""
