"""Hypothesis for pure parsers: no deadline, since the machine may be busy with other tests."""

from hypothesis import settings

settings.register_profile("parvis", deadline=None)
settings.load_profile("parvis")
