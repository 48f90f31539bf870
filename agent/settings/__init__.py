"""What is in force in a home: its settings file, the personnel office's word over it, and what a change of them does."""
