"""Asking models, in three levels.

`caller`: who serves an agent, and how much each can read. `structured`: asking until the answer is valid. `once`: one
request, from the cache, or within the budget and past the server's guard.
"""
