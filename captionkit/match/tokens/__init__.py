"""Text → tokens to compare: case, punctuation, numbers, short forms and spelling do not count.

Every token keeps the offsets of its characters, so that a difference can be marked in the page and in the transcript.
Tokens that are written as one (`can't`, `$1.2 million`) share the offsets of the whole.
"""

from captionkit.match.tokens.token import MatchToken, is_number
from captionkit.match.tokens.tokenise import ends_with_ellipsis, tokens

__all__ = ["MatchToken", "ends_with_ellipsis", "is_number", "tokens"]
