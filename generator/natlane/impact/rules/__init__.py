"""One file for each subject of findings about a change."""
