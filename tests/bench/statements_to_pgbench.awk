# command.statements -> a pgbench script on stdout. -v root=SOURCE_DIR
function trim(s) { sub(/^[ \t]+/, "", s); sub(/[ \t]+$/, "", s); return s }

# s with every occurrence of the plain text `from` replaced by `to`
function swap(s, from, to,    out, at) {
    out = ""
    while ((at = index(s, from)) > 0) {
        out = out substr(s, 1, at - 1) to
        s = substr(s, at + length(from))
    }
    return out s
}

function value(s) {
    s = swap(s, "'ID'", "('00000000-0000-7000-8000-' || lpad(:n::text, 12, '0'))::uuid")
    s = swap(s, "'B-N'", "'B-' || :n")
    s = swap(s, "'HEX'", "'" hex "'")
    s = swap(s, "HASH", "'\\x" hex "'::bytea")
    s = swap(s, "TRACE", "'" substr(hex, 1, 32) "'")
    s = swap(s, "PAYLOAD", "'\\x" hex hex "'::bytea")
    return swap(s, "REPLY", "'\\x" substr(hex, 1, 40) "'::bytea")
}

# $1... replaced by the values v[1]...
function bind(sql, v,    out, n) {
    out = ""
    while (match(sql, /\$[0-9]+/)) {
        n = substr(sql, RSTART + 1, RLENGTH - 1) + 0
        out = out substr(sql, 1, RSTART - 1) "(" v[n] ")"
        sql = substr(sql, RSTART + RLENGTH)
    }
    return out sql
}

function read_statement(file,    sql, line) {
    sql = ""
    while ((getline line < file) > 0) {
        sub(/--.*/, "", line)
        sql = sql " " trim(line)
    }
    close(file)
    if (trim(sql) == "") {
        print "no statement in " file > "/dev/stderr"
        exit 1
    }
    return trim(sql)
}

BEGIN {
    FS = "|"
    for (i = 0; i < 64; i++)
        hex = hex substr("0123456789abcdef", i % 16 + 1, 1)
    print "\\set n random(1, 999999999999)"
}
/^#/ || /^[ \t]*$/ { next }
/^(begin|commit)$/ { print $0 ";"; next }
{
    delete v
    for (i = 2; i <= NF; i++)
        v[i - 1] = value(trim($i))
    sql = bind(read_statement(root "/" trim($1)), v)
    print sql ";"
}
