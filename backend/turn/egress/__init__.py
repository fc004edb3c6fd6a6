"""May it go out? A screen that slides along with the text, and a verdict on the whole."""
