"""Rooms: people who speak with each other live, and whoever listens. No sound here.

`scheduling` announces one and changes it, `running` opens its doors, starts, pauses, ends and deletes it,
`hands` is who may speak, `questions`, `captions` and `reactions` are what is written meanwhile, `showing`
what pages need, `keeping` what the process that starts rooms is told (cli/rooms_child.py).
"""
