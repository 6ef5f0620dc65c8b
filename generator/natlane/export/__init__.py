"""The fleet for other programs: blocks as a table, and measures for those who scrape."""
