"""Newsroom policies: which edits a newsroom allows in a quotation, and what that means for findings.

`load.py` reads policies, `judge.py` compares findings with one, `kinds.py` says which kind of edit each reason of the
match room is, `wording.py` has the sentences and knows the model alone.
"""
