"""Checks the public logs of Parvis networks: whole logs, receipts, promises. `parvis-verify --help`.

It shares nothing with the server but the formats, and needs nothing but Python and `cryptography`.
"""

__version__ = "0.1.0"
