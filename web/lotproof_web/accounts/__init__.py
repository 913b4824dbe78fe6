"""Pages of people about themselves and their organisations: registering, signing in, account, members, keys, audit."""
