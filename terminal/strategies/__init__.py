"""The strategy contract, the library of built-in and user strategies, and nothing that runs them."""
