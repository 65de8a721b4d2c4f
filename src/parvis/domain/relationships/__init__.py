"""Who follows, blocks, mutes, endorses whom. Follows and requests in `follows`, blocks and mutes in
`blocks`, words and endorsements for oneself in `notes`, looking in `lookup`.
"""
