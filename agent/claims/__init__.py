"""A claim: its folder of papers and evidence, prepared here and checked here."""
