"""The people's door: server-rendered pages in French and English."""
