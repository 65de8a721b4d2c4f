"""The rig: a small network with a cast, real sockets and a real PostgreSQL, and a worker run by hand."""
