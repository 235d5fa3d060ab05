"""Read an article: its text, its quotations with their speakers, names, and the credits of the clip.

Start at `read.py`, which lists the steps. Nothing heavy is imported before an article is read.
"""

from captionkit.article.credits import merge_credits, parse_credit_option
from captionkit.article.fetch import ArticleOptions
from captionkit.article.read import parse_article, read_article

__all__ = ["ArticleOptions", "merge_credits", "parse_article", "parse_credit_option", "read_article"]
