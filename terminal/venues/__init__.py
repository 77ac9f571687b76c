"""One folder per outside world: ccxt exchanges, files, the embedded demo market. The room that knows the network; it never stores."""
