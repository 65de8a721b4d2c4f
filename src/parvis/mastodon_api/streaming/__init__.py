"""Streams of events over WebSocket and SSE."""
