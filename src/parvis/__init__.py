"""Parvis: found your own social network, and prove that nothing on it was done behind your back."""

__version__ = "0.1.0"
