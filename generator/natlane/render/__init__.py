"""A Plan becomes the text of a root module, and the text becomes out/, whole or not at all."""
