"""The fleet's page: what is collected of every partner, the map of addresses, the limits, and the page itself."""
