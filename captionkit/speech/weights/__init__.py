"""The models' weights: which are known, where they are found, downloaded, checked and stored."""
