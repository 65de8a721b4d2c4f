"""What an application did wrong, in the words of OAuth (RFC 6749 §4.1.2.1 and §5.2)."""

from typing import Literal

from parvis.domain.errors import Refused

Wrong = Literal[
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "invalid_redirect_uri",
    "access_denied",
]

# The sentences apps know from Mastodon; some show them, some look for them.
SENTENCES: dict[Wrong, str] = {
    "invalid_request": "The request is missing a required parameter, includes an unsupported"
    " parameter value, or is otherwise malformed.",
    "invalid_client": "Client authentication failed due to unknown client, no client"
    " authentication included, or unsupported authentication method.",
    "invalid_grant": "The provided authorization grant is invalid, expired, revoked, does not"
    " match the redirection URI used in the authorization request, or was issued to another"
    " client.",
    "invalid_scope": "The requested scope is invalid, unknown, or malformed.",
    "unauthorized_client": "You are not authorized to revoke this token",
    "unsupported_grant_type": "The authorization grant type is not supported by the authorization"
    " server.",
    "unsupported_response_type": "The authorization server does not support this response type.",
    "invalid_redirect_uri": "The redirect uri included is not valid.",
    "access_denied": "The resource owner or authorization server denied the request.",
}


class OAuthRefused(Refused):
    """`reason` is the error code of RFC 6749. `may_redirect`: the application may be told of it at
    its redirect address; false while that address itself is not to be trusted (§4.1.2.1).
    """

    def __init__(
        self, wrong: Wrong, sentence: str | None = None, *, may_redirect: bool = False
    ) -> None:
        super().__init__(sentence or SENTENCES[wrong], reason=wrong)
        self.may_redirect = may_redirect


def missing(name: str, *, may_redirect: bool = False) -> OAuthRefused:
    """A required parameter is not there."""
    return OAuthRefused(
        "invalid_request", f"Missing required parameter: {name}.", may_redirect=may_redirect
    )
