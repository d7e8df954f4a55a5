"""What the README's numbers come from: ratios measured in one run."""
