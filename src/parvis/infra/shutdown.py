"""The word that this process is ending: whatever streams or loops watches it and ends by itself."""

import asyncio

stopping = asyncio.Event()
