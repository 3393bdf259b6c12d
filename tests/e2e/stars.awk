# SPDX-License-Identifier: Apache-2.0
# No statement leaves its columns to the table: select *, t.*, returning *. A running build's prepared statement would
# fail for good once a newer one added a column. (What a with keeps to itself may be whole rows: "returning *" there
# is the row as it is, for the registry's history.)
function lint(file,   text, from, at, seen, before, depth) {
    text = plain(slurp(file))
    from = 1
    while ((at = match(substr(text, from), /(^|[^a-z0-9_])(select|all|distinct|returning)[ \t\r\n]+\*|on[ \t\r\n]*\([^()]*\)[ \t\r\n]*\*|,[ \t\r\n]*\*|\.[ \t\r\n]*\*/)) > 0) {
        seen = substr(text, from + at - 1, RLENGTH)
        from += at + RLENGTH - 1
        before = substr(text, 1, from - 1)
        depth = gsub(/\(/, "(", before) - gsub(/\)/, ")", before)
        if (seen ~ /returning/ && depth > 0) continue
        print file ":" line_at(text, from - 1) ": name the columns, not *"
        faults++
    }
}
BEGIN {
    for (i = 1; i < ARGC; i++) lint(ARGV[i])
    exit faults > 0
}
