"""Connections to hosts that others name: to the public network alone, in bounded time."""
