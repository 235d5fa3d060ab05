"""Sound → words: weights, recogniser, voice, names and the guard against invented words."""
