"""How fast it is, as ratios against what is possible, measured side by side in one run: `make bench`."""
