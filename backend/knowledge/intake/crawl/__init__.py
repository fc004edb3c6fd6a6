"""A web site is read page by page, politely, and never anything that is not on the public network."""
