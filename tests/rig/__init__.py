"""The rig: a small network with a cast, real sockets, a real PostgreSQL, a worker run by hand."""
