"""The words that every room speaks. Imports the standard library only."""
