"""Petitions: reading, signing, starting and answering them."""
