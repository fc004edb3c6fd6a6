"""The doors: HTTP in and out, and nothing else. The only package that imports Flask."""
