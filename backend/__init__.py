"""Deskbell: a support assistant that a web site embeds with one script tag."""

__version__ = "0.1.0"
