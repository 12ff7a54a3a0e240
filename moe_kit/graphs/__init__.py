"""What walkers of knowledge graphs share."""
