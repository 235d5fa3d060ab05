"""Weights of the models: the known ones, and how they are found, downloaded, checked and stored."""
