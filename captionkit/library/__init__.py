"""Many clips: what there is to do, what was done, the processes that do it, and where something was said in it all."""
