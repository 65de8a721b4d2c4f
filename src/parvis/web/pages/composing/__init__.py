"""Writing: the composer's page, what its scripts ask, drafts."""
