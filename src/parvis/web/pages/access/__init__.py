"""Ways in: logging in, signing up, being invited, letting an application in."""
