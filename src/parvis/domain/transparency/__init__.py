"""The public log: what is counted, drawn or decided is appended where anybody can check it.

Nouns append in their own transaction (`appending.append`) and answer with a signed promise. The worker gives
entries their places, writes tiles and checkpoints, and asks witnesses (`sequencer.py`, `witnesses.py`).
Every poll, petition and draw has a log of its own; its checkpoints are entries of the one server log.
"""
