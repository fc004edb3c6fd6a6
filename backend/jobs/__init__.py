"""Work that no visitor waits for, in a process of its own."""
