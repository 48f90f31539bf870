"""Setting up: the questions of `elearn setup`, each also an option, and the sheet for the office's IT department."""
