"""A plan rendered as the text of a root module, and written to out/, whole or not at all."""
