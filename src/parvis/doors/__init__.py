"""What the doors share: reading what was sent, and telling open streams."""
