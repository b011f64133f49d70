"""What each answer looks like in a terminal."""
