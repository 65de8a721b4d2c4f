"""The relay: fetches each part of a room once, holds who asks for the next one, counts and admits listeners.

It knows neither database nor domain. Its origin is a room's process, a web process or another relay: all
speak the same protocol (docs/live.md).
"""
