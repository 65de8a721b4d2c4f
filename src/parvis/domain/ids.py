"""Keys of advisory locks and well-known row ids."""

NOBODY = 0  # the viewer who is not logged in
DISPATCHER_LOCK = 0x70617276_0001  # one dispatcher at a time: wakes are numbered in commit order
LOG_LOCK = 0x70617276_0002  # one sequencer of the public log at a time
