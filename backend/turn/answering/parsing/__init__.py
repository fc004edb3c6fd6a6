"""What did it say so far? The reply document, read character by character as a model writes it."""
