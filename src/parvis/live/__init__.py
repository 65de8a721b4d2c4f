"""The door of live rooms: sound that speakers send, and parts of it that anybody can hear."""
