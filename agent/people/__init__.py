"""Many people at once, for a whole city: record files in, one table out, in memory that does not grow with their number."""
