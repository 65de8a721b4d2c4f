"""Reports and decisions, for those who decide and those who are concerned."""
