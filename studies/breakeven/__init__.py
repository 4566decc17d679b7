"""Where one architecture becomes cheaper than another, at equal work and equal targets."""
