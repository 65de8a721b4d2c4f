"""Synthetic listeners: a crowd that asks relays as our player does and writes down when it heard what."""
