"""The way of one clip, and the ways that share its steps.

`caption.py` is the whole way: hear (`recording.py`), analyse (`analysis.py`), present (`presentation.py`).
`compare.py` checks the quotes of any transcript, `check.py` any caption file; `presentation.py` also lays a record out
in another style and applies corrections.
"""
