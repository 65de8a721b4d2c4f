"""What the doors share: reading what was sent, and open streams."""
