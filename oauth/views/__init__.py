"""What of the protocol needs no television: tokens, what they are worth, and what a server says of itself."""
