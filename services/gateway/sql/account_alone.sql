-- nobody else makes an account until the end: where there is none yet, there is no row to lock
lock table account in share row exclusive mode
