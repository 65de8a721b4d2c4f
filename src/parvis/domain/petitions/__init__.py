"""Petitions: a text with versions that people sign, each once, in a log that anybody can count.

`starting` begins one and changes its text, `signing` signs and takes back, `strangers` does it by letter for
who has no account, `tally` is what the worker counts and closes, `rolls` are lists of who may sign.
"""
