"""Who I am and what opens my files: one vault a lab, in the system's key store or under a passphrase."""
