"""The knowledge of a site: files become documents, documents become passages, and a question finds them again."""
