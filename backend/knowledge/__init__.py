"""What a site knows: files become documents, documents become passages, and a question finds them again."""
