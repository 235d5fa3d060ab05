"""Many clips: what is in a folder of outputs, and where something is said in it."""
