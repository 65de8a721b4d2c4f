"""Presenters: what the API shows of each noun."""
