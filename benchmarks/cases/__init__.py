"""One file for each kind of work that is measured: `run()` gives its lines of the table."""
