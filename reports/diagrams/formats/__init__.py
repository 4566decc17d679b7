"""The same picture in other formats: PNG, DOT, Mermaid, D2, draw.io."""
