"""Many clips: what there is to do, what was done, and the processes that do it."""
