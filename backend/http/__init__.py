"""HTTP for both doors: reading a body, problems, headers, client addresses, and limits."""
