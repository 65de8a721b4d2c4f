"""Calls of two people: asking whether to call, the page of a call, and what its two browsers tell each other."""
