"""Rooms: the list, announcing one, its page with the host's desk, and the ways of the speakers' sound."""
