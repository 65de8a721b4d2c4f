"""The owner's door: commands, and the supervisor that keeps a network's processes running."""
