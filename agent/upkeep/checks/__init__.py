"""The single checks of `elearn doctor`, by what they look at. Each gives one line, and what to do where something is amiss."""
