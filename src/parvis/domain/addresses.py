"""Addresses of this network's things. The public address stays once a network is founded."""

from urllib.parse import quote

import msgspec


class Addresses(msgspec.Struct, frozen=True):
    """`root` is the public address without a trailing slash, `domain` its host and port."""

    root: str
    domain: str

    def actor_uri(self, username: str) -> str:
        return f"{self.root}/users/{username}"

    def profile_url(self, username: str) -> str:
        return f"{self.root}/@{username}"

    def status_uri(self, username: str, id_: int | str) -> str:
        return f"{self.root}/users/{username}/statuses/{id_}"

    def status_url(self, username: str, id_: int | str) -> str:
        return f"{self.root}/@{username}/{id_}"

    def tag_url(self, name: str) -> str:
        return f"{self.root}/tags/{quote(name)}"

    def media_url(self, key: str) -> str:
        return f"{self.root}/media/{key}"
