"""Tools of whoever makes saved pages for the tests: a real page becomes a fixture, and no fixture holds a person.

make fixture ARGS="存檔的網頁.mhtml elearn/records_new_case"     # or a folder of evidence
make check                                                      # part of it: PYTHONPATH=tests python -m fixture_tools check
"""
