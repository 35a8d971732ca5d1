"""The peers, as their makers ship them, with what they need to be measured at all."""
