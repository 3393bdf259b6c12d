# Names of source files in comments that are in no folder. First argument: the names there are, one a line.
FILENAME == ARGV[1] { there[$0] = 1; next }
FNR == 1 { inside = 0 }
{
    rest = $0
    comment = ""
    while (rest != "") {
        if (inside) {
            end = index(rest, "*/")
            comment = comment " " (end ? substr(rest, 1, end - 1) : rest)
            rest = end ? substr(rest, end + 2) : ""
            inside = !end
        } else if (match(rest, /\/\*|\/\//)) {
            line = substr(rest, RSTART, 2) == "//"
            rest = substr(rest, RSTART + 2)
            if (line) { comment = comment " " rest; rest = "" } else inside = 1
        } else
            rest = ""
    }
    while (match(comment, /[A-Za-z0-9_]+\.(c|h|sql|sh|awk|def|proto)([^A-Za-z0-9_.]|$)/)) {
        name = substr(comment, RSTART, RLENGTH)
        sub(/[^A-Za-z0-9_]$/, "", name)
        comment = substr(comment, RSTART + RLENGTH - 1)
        if (!(name in there)) print FILENAME ":" FNR ": " name
    }
}
