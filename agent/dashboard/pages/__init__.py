"""One module a page: each gathers what its template shows, and takes the changes its buttons send."""
