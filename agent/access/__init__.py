"""The way in: credential, attempts, sessions kept for a person, and whose records the home holds."""
