"""The engines that run one program: compiled, interpreted, and the SimPy reference."""
