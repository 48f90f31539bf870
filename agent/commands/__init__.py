"""One verb a module. A command turns words into values, calls one function of the rim, and prints what came back."""
