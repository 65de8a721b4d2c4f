"""Small real pictures for clients to upload."""

import io

from PIL import Image


def gradient(width: int = 320, height: int = 200) -> bytes:
    """A PNG that is not of one colour."""
    picture = Image.radial_gradient("L").resize((width, height)).convert("RGB")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
