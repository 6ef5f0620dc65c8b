"""The picture of a partner's traffic, and its SVG."""
