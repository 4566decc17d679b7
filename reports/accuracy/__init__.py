"""How right we are: prices, simulator and documents measured against what others computed, published or measured."""
