"""Files of whatever origin, opened so that none can make moe wait or grow."""
