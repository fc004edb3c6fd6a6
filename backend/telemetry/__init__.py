"""Metrics and logs. They never hold a visitor's words, and no label holds a visitor's id."""
