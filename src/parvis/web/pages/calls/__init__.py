"""Calls of two people: asking, the page of a call, and what its two browsers tell each other."""
