"""What both doors share of HTTP: reading a body, problems, headers, who asks from where, and how much may be asked."""
