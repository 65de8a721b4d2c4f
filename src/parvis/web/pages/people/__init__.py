"""Accounts, how one stands to them, and lists of them."""
