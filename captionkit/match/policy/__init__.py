"""Newsroom policies: which edits a newsroom allows in a quotation, and what that means for findings.

`load.py` reads policies, `judge.py` compares findings with one, and `kinds.py` maps an edit to its kind.
"""
