"""Page to article: text, quotations with who speaks them, names, and credits of the clip.

Start at `read.py`, which is the whole way on one screen. Nothing heavy is imported before an article is read.
"""

from captionkit.article.credits import merge_credits, parse_credit_option
from captionkit.article.fetch import ArticleOptions
from captionkit.article.read import parse_article, read_article

__all__ = ["ArticleOptions", "merge_credits", "parse_article", "parse_credit_option", "read_article"]
