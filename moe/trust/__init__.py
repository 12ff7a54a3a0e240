"""Trust: whether a folder's code and settings may count, by the user's word and the content it was given for."""
