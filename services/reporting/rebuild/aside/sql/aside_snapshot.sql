-- first in a transaction that sees live rows and positions as of one instant, and its own rows aside
set transaction isolation level repeatable read
