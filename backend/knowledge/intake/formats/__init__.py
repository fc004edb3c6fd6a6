"""Files in every format become documents; each format has a file of its own here."""
