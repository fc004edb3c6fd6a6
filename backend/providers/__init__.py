"""Who can answer: Claude behind one client, and the embedded answerer. Nobody else speaks to them directly."""
