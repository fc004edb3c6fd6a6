"""One chat turn: a corridor (run.py) past its rooms in order. Rooms do not open into each other."""
