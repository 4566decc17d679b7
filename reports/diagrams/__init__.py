"""Architecture diagrams: laid out once, drawn as SVG, PNG, Mermaid, D2, DOT and draw.io."""
