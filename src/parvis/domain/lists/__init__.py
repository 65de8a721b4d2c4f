"""Lists: a person's own choices of accounts they follow, each with its timeline. Changing them in
`lists`, their members in `members`.
"""
