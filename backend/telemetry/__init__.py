"""What is counted and what is written down. Never the visitor's words, and no visitor's id as a label."""
