"""Charts: from a course to SVG, PNG and a page that works without a network."""
