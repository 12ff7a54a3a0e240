"""Holding calls to time and number: the guard, breaker, rate limits, retries, deadlines."""
