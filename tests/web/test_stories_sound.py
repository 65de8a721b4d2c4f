"""A voice from one browser to another: the microphone is the browser's own false one, which beeps every second."""

import pytest
from playwright.async_api import Page
from tests.rig.network import Network
from tests.rig.rooms import scheduled
from tests.web.browsing import log_in
from tests.web.conftest import OpenPage

pytestmark = pytest.mark.slow
