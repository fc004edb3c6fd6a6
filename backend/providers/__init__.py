"""The answerers: Claude behind one client, and the embedded answerer. No other package speaks to Claude."""
