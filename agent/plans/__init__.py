"""The plans of a home: those that ship and its own; shown, written and asked for."""
