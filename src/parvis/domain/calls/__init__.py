"""Calls of two people. Their sound goes from browser to browser, encrypted end to end; here is who may call
whom, what rings, and the few messages by which the two browsers find each other.

`calling` starts, accepts, declines and ends; `signals` hands on what browsers tell each other; `ringing` is
what every page asks.
"""
