"""One packet's way through the network, hop by hop."""
