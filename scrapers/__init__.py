"""From sites to records: a guarded browser, gateways (log-in pages as data), portals (pages as objects), and a replica to try
them on. Everything that touches a real page goes by heading text, and stops with a named reason when a page is not as known."""
