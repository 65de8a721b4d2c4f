"""Draws that anybody can repeat: announced, entered, frozen, decided by a beacon nobody could foresee.

Announcing (`announce.py`) writes the manifest as the first entry of the draw's log, the terms of each
drawing after it. Who enters or leaves (`entering.py`) is an entry under a pseudonym. At the announced time
the worker freezes the list (`freezing.py`), sees it published (`publication.py`), and draws when the round is
signed (`drawing.py`).
Winners answer (`answering.py`), or a reserve takes their place. Winners whom the author picks are "selected".
"""
