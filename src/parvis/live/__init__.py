"""The door of live rooms: what listeners fetch, and what speakers' browsers are answered with."""
