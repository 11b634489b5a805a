"""One append-only Merkle log (RFC 6962) whose signed heads, once handed out, bind whoever keeps it."""
