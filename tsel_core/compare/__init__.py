"""Two versions of a document, piece by piece: what stayed, changed, came, went and moved; nothing is left out."""
