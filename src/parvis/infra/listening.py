"""A listening socket under several names, so that a busy event loop lets more than one in at each turn."""

import socket

# uvloop accepts one connection a turn of its loop for each name. While those who are there ask without end a
# turn takes tens of milliseconds, and whoever comes would wait for seconds.
AT_A_TURN = 8


def doubles(listening: socket.socket) -> list[socket.socket]:
    """The same socket, so many times."""
    return [listening, *(listening.dup() for _ in range(AT_A_TURN - 1))]
