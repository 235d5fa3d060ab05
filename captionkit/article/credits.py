"""The credits of the clip: credit lines in the article, combined with JSON-LD and with names given by the user."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from captionkit.article.language import DEFAULT_LANGUAGE, ArticleLanguage, language
from captionkit.article.mentions import is_given_name
from captionkit.errors import UsageError
from captionkit.model import Credit

About = Literal["clip", "text", "nothing"]
Found = tuple[tuple[str, tuple[str, ...]], ...]

LONGEST_PARAGRAPH = 600
LONGEST_LEAD = 14
LONGEST_ROLE = 3
LONGEST_NAME = 7
LONGEST_TAIL = 8
LONGEST_BYLINE = 30

_TOKEN = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W\d_](?:[^\W_]|[’'-](?=[^\W\d_]))*\.?|\S")
_MARKS = frozenset(",;:|/•·.()-–—―+")
_AFTER_ROLE = frozenset(":-–—,")
_LINE_BREAK = re.compile(r"\n|(?<=[;|•·])\s")
_SENTENCE_ENDS = frozenset(".!?;|•·")


@dataclass(frozen=True, slots=True)
class _Line:
    """One sentence: what it is about, who did what, and whether it points to a clip on the page."""

    about: About
    found: Found = ()
    is_pointed: bool = False


def find_credits(paragraphs: Iterable[str], words: ArticleLanguage) -> tuple[Credit, ...]:
    """Credits of the clip in the article's text, in its order.

    A line counts if it is about the clip (`The video above was produced by A and edited by B.`, `Video by A`), or if it
    does not say what it is about and it or a neighbouring line names a producer or camera operator (`Produced by A.
    Edited by B.`). A line about the text (`This story was edited by A`) does not count, nor does running text that
    mentions who filmed something.
    """
    found: list[Credit] = []
    for lines in _neighbouring_lines(paragraphs, words):
        of_clip = any(_is_of_clip(line, words) for line in lines)
        for line in lines:
            if of_clip and line.about != "text":
                found += [Credit(role, names) for role, names in line.found]
    return joined_credits(found)


def joined_credits(given: Iterable[Credit]) -> tuple[Credit, ...]:
    """Several credits of one role as one, in the order given, each name once."""
    names: dict[str, list[str]] = {}
    for credit in given:
        names.setdefault(credit.role, []).extend(credit.names)
    return tuple(Credit(role, tuple(dict.fromkeys(listed))) for role, listed in names.items())


def merge_credits(first: Iterable[Credit], second: Iterable[Credit]) -> tuple[Credit, ...]:
    """Both combined, in order; a role that both have keeps only the names of `second`.

    The article's text overrides JSON-LD, since an editor wrote it for readers; names given by the user override the
    article.
    """
    merged = {credit.role: credit for credit in joined_credits(first)}
    merged.update({credit.role: credit for credit in joined_credits(second)})
    return tuple(merged.values())


def parse_credit_option(option: str) -> Credit:
    """Parse `producer=NAME`; a synonym (`videographer`) becomes our name of the role (`camera`).

    Raises:
        UsageError: the role or the name is missing.
    """
    role, _, name = option.partition("=")
    role, name = " ".join(role.lower().split()), " ".join(name.split())
    if not role or not name:
        raise UsageError(f"--credit {option!r} has no role or no name. Write it as --credit producer=NAME.")
    return Credit(language(DEFAULT_LANGUAGE).credit_roles.get(role, role), (name,))


def names_in_byline(text: str, words: ArticleLanguage) -> tuple[str, ...]:
    """The people of a line such as `By Ines Bakkali and Devon Achterberg`, none if it is not a byline."""
    tokens = _TOKEN.findall(text[:LONGEST_PARAGRAPH])
    if len(tokens) > LONGEST_BYLINE or text.endswith((".", "”", '"')):
        return ()
    for length in (2, 1):
        if " ".join(tokens[:length]).lower() in words.byline:
            return _Parser(tokens, words).names(length + (tokens[length : length + 1] == [":"]))[0]
    return ()


def _is_of_clip(line: _Line, words: ArticleLanguage) -> bool:
    names_producer = any(role.split()[-1] in words.clip_roles for role, _ in line.found)
    return line.about == "clip" or (line.about != "text" and names_producer)


def _neighbouring_lines(paragraphs: Iterable[str], words: ArticleLanguage) -> Iterator[list[_Line]]:
    """Groups of neighbouring credit lines, which show what a bare `Edited by B` is about."""
    together: list[_Line] = []
    for paragraph in paragraphs:
        lines = list(_lines(paragraph, words))
        if not all(line.found or line.about != "nothing" for line in lines):
            lines = [line for line in lines if line.is_pointed]
        if any(line.found for line in lines):
            together += lines
        elif together:
            yield together
            together = []
    if together:
        yield together


def _lines(paragraph: str, words: ArticleLanguage) -> Iterator[_Line]:
    about: About = "nothing"
    if len(paragraph) > LONGEST_PARAGRAPH:
        # Credits without a paragraph of their own stand at the end of one.
        paragraph = paragraph[-LONGEST_PARAGRAPH:]
    for piece in _LINE_BREAK.split(paragraph):
        for tokens in _sentences(_TOKEN.findall(piece), words):
            line = _Parser(tokens, words).line(about)
            about = line.about
            yield line


def _sentences(tokens: Sequence[str], words: ArticleLanguage) -> Iterator[list[str]]:
    sentence: list[str] = []
    for n, token in enumerate(tokens):
        sentence.append(token)
        is_last = n + 1 == len(tokens)
        if token in _SENTENCE_ENDS or (token.endswith(".") and not is_last and not _keeps_full_stop(token, words)):
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _keeps_full_stop(token: str, words: ArticleLanguage) -> bool:
    """True for an initial (`J.`) and an abbreviated title or suffix."""
    bare = token[:-1].lower()
    return len(bare) == 1 or "." in bare or bare in words.titles or bare in words.suffixes


class _Parser:
    """Parses one sentence of credits: `[about] roles by names [and roles by names] [for whom]`."""

    def __init__(self, tokens: Sequence[str], words: ArticleLanguage) -> None:
        self._tokens = tuple(tokens)
        self._lows = tuple(token.lower().rstrip(".") or token for token in tokens)
        self._words = words

    def line(self, before: About) -> _Line:
        """The parsed sentence; `before` is what the previous sentence of the paragraph is about."""
        if active := self._active(before):
            return active
        starts = range(min(len(self._tokens), LONGEST_LEAD))
        start = next((n for n in starts if self._cue(n)), len(self._tokens))
        lead = [low for low in self._lows[:start][:LONGEST_LEAD] if low not in _MARKS | self._words.credit_labels]
        found, end = self._credits(start)
        about = self._about(lead, before) if lead else self._about_bare(start, found, before)
        if about is None or (found and not self._is_end(end)) or (not lead and not found):
            return _Line("nothing")
        first = next((low for low in self._lows if low not in _MARKS), "")
        pointed = about == "clip" and (first in self._words.clip_nouns or bool(self._words.pointers & set(lead)))
        return _Line(about, found, pointed)

    def names(self, at: int) -> tuple[tuple[str, ...], int]:
        """The people listed from token `at` on, and where the list ends (`at` where there is none)."""
        names: list[str] = []
        end = at
        while (name := self._name(at)) is not None:
            names.append(self._tidied(self._tokens[name[0] : name[1]]))
            end = name[1]
            at = self._past(self._words.credit_joiners, end)
        return tuple(name for name in names if not self._is_newsroom(name)), end

    def _about(self, lead: Sequence[str], before: About) -> About | None:
        """What the words before the first credit are about, None where it is neither clip nor text."""
        words = self._words
        if lead[0] in words.indefinite:
            return None
        if lead[0] in words.credit_pronouns:
            return before
        for low in lead:
            if low in words.text_nouns:
                return "text"
            if low in words.clip_nouns or (low in words.pointed_nouns and words.pointers & set(lead)):
                return "clip"
        return None

    def _about_bare(self, start: int, found: Found, before: About) -> About:
        if set(self._lows[start : start + LONGEST_ROLE]) & self._words.clip_nouns:
            return "clip"
        is_own = _is_of_clip(_Line("nothing", found), self._words)
        return "nothing" if before == "text" and is_own else before

    def _credits(self, at: int) -> tuple[Found, int]:
        """The credits from token `at` on, and where they end."""
        found: list[tuple[str, tuple[str, ...]]] = []
        end = at
        skipped = self._words.credit_joiners | self._words.be_forms | self._words.credit_pronouns | _MARKS
        while cue := self._cue(at):
            roles, at = cue
            names, name_end = self.names(at)
            if name_end == at:
                break
            found += [(role, names) for role in roles if names]
            end = name_end
            at = self._past(skipped, end)
        return tuple(found), end

    def _active(self, before: About) -> _Line | None:
        """`A produced the video above, and B edited it.`"""
        found: list[tuple[str, tuple[str, ...]]] = []
        about: About | None = None
        at = 0
        while at < len(self._tokens):
            names, end = self.names(at)
            roles, at = self._roles(end)
            if not names or not roles:
                return None
            joints = self._words.credit_joiners | _MARKS
            object_end = next((n for n in range(at, len(self._lows)) if self._lows[n] in joints), len(self._lows))
            if object_end > at and about is None:
                about = self._about(self._lows[at:object_end], before)
            found += [(role, names) for role in roles]
            at = self._past(joints, object_end)
        return _Line("clip", tuple(found), is_pointed=True) if about == "clip" else None

    def _cue(self, at: int) -> tuple[list[str], int] | None:
        """Roles at token `at` that are followed by names, and where the names begin."""
        roles, end = self._roles(at)
        if not roles or end >= len(self._tokens):
            return None
        if self._lows[end] in self._words.credit_by:
            return roles, self._past(frozenset(":"), end + 1)
        if self._tokens[end] in _AFTER_ROLE:
            return roles, end + 1
        opens = at == 0 or self._lows[at - 1] in self._words.credit_joiners | _MARKS
        return (roles, end) if opens and self._name(end) else None

    def _roles(self, at: int) -> tuple[list[str], int]:
        """Roles from token `at` on (`produced and edited`), and where they end."""
        roles: list[str] = []
        end = at
        while (length := self._role_length(at)) and (not roles or at > end):
            roles.append(self._words.credit_roles[" ".join(self._lows[at : at + length])])
            end = at + length
            at = self._past(self._words.credit_joiners, end)
        return roles, end

    def _role_length(self, at: int) -> int:
        lengths = range(LONGEST_ROLE, 0, -1)
        return next((n for n in lengths if " ".join(self._lows[at : at + n]) in self._words.credit_roles), 0)

    def _name(self, at: int) -> tuple[int, int] | None:
        """Where a person's name begins and ends, without an owner before it (`the Herald’s Ann Roe`)."""
        at = self._past_owner(at)
        end = at
        while end < min(len(self._tokens), at + LONGEST_NAME) and self._is_in_name(end, first=end == at):
            end += 1
            if self._tokens[end - 1].endswith(".") and not _keeps_full_stop(self._tokens[end - 1], self._words):
                break
        if end + 1 < len(self._tokens) and end > at and self._lows[end + 1] in self._words.suffixes:
            end += 2 * (self._tokens[end] == ",")
        return (at, end) if end > at else None

    def _past_owner(self, at: int) -> int:
        for n in range(at, min(len(self._tokens), at + LONGEST_NAME)):
            if self._lows[n].endswith(("'s", "’s")):
                return n + 1
            if not (self._tokens[n][0].isupper() or self._lows[n] in self._words.articles):
                break
        return at

    def _is_in_name(self, at: int, first: bool) -> bool:
        token, low, words = self._tokens[at], self._lows[at], self._words
        if low in words.particles and token[0].islower():
            return at + 1 < len(self._tokens) and self._is_in_name(at + 1, first)
        if not token[0].isalpha() or token[0].islower():
            return False
        is_other_word = low in words.determiners or low in words.calendar
        if first and is_other_word and len(token) != len("A.") and not is_given_name(low, words):
            return False
        length = self._role_length(at)
        following = self._lows[at + length] if at + length < len(self._lows) else ""
        return not (length and (following in words.credit_by or following in _AFTER_ROLE))

    def _is_newsroom(self, name: str) -> bool:
        named = name.lower().split()
        return named[-1] in self._words.media_words and not is_given_name(named[0], self._words)

    def _tidied(self, tokens: Sequence[str]) -> str:
        last = tokens[-1].rstrip(".")
        last = tokens[-1] if last.lower() in self._words.suffixes and set(last) - set("IV") else last
        name = " ".join([*tokens[:-1], last]).replace(" ,", "")
        is_shouted = name.isupper() and any(len(token) > 2 for token in tokens)
        return re.sub(r"[^\W\d_]+", lambda word: word[0].capitalize(), name) if is_shouted else name

    def _is_end(self, at: int) -> bool:
        """True where only for whom or where it was made follows."""
        rest = [low for low in self._lows[at:] if low not in _MARKS]
        return not rest or (rest[0] in self._words.credit_tails and len(rest) <= LONGEST_TAIL)

    def _past(self, skipped: Collection[str], at: int) -> int:
        while at < len(self._lows) and self._lows[at] in skipped:
            at += 1
        return at
