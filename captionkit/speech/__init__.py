"""Sound → words: recognition, hallucination filter, names, word times, speakers, audio events and evidence."""
