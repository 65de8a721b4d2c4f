"""The files' door: media and pictures from storage, and what comes with the program."""
