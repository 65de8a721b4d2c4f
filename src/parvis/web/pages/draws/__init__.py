"""Draws: the list, starting one, one with its stages, and the receipt of one's entry."""
