"""The records as a spreadsheet: what stands in it is worked out once, and written as XLSX or ODS."""
