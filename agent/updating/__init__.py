"""Updates of a portable folder: a new version goes beside the old one, is tried on the stored records, then the pointer switches.

Nothing here contacts anybody: a new version is a file or folder that somebody put there.
"""
