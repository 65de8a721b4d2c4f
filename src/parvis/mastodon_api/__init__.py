"""The apps' door: the Mastodon client API; one file of routes per noun, presenters in entities/."""
