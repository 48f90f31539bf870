"""The rules: records, plan, calendar and work hours go in, a verdict comes out. Pure: no clock, file or network is read
while judging; the plans and calendars that ship with the program are loaded by `rules.bundled`."""
