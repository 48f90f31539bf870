"""The papers an employee hands to the personnel office: leave form, row-by-row sheet, and all of them in one PDF."""
