"""A site's settings: the file site.toml becomes settings, and settings become the file again."""
