"""Every expression that reads what visitors, models and authors write, and texts that are made to keep it busy."""
