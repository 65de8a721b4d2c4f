"""People's words made fit to keep, or refused beside the field they came in."""

from parvis.domain.errors import Invalid
from parvis.protocols import text as texts


def clean(text: str, field: str, maximum: int) -> str:
    """Normalised text of at most `maximum` code points; refuses NUL and what is no text."""
    try:
        return texts.clean(text, field=field, maximum=maximum)
    except texts.TextInvalid as refused:
        reason = "ERR_TOO_LONG" if isinstance(refused, texts.TextTooLong) else "ERR_INVALID"
        raise Invalid(field, f"Validation failed: {refused}", reason=reason) from None
