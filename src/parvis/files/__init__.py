"""The files' door: media and pictures from storage."""
