"""What cannot be divided: proofs, exhaustion, and remedies that were tried out."""
