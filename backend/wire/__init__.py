"""The wire: frames, the log of every running turn, and replay from a cursor. Twin of widget/src/wire."""
