"""Drafts: what members are writing, kept between visits and devices (`drafts`), and publishing it with
everything a composer sends at once (`publishing`).
"""
