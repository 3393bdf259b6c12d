# SPDX-License-Identifier: Apache-2.0
# Reads SQL for the linters beside it (awk -f sql_text.awk -f LINTER FILE...).

function slurp(file,   line, text) {
    text = ""
    while ((getline line < file) > 0) text = text line "\n"
    close(file)
    return text
}
# The newlines of a piece of text, and nothing else of it.
function newlines(text) { gsub(/[^\n]/, "", text); return text }
function line_at(text, at) { return 1 + length(newlines(substr(text, 1, at - 1))) }

# @text in lower case without its comments; texts in quotes are emptied to ''. Lines stay lines.
function plain(text,   out, at, rest, n, tag, first) {
    out = ""
    while ((at = match(text, /--|\/\*|['"$]/)) > 0) {
        out = out tolower(substr(text, 1, at - 1))
        first = substr(text, at, RLENGTH)
        text = substr(text, at)
        if (first == "--") {
            n = index(text, "\n") - 1
        } else if (first == "/*") {
            n = index(substr(text, 3), "*/") + 3
        } else if (first == "'") {
            n = index(substr(text, 2), "'") + 1
            out = out "''"
        } else if (first == "\"") {
            n = index(substr(text, 2), "\"") + 1
            out = out substr(text, 1, n)
        } else if (match(text, /^\$([A-Za-z_][A-Za-z_0-9]*)?\$/)) {
            tag = substr(text, 1, RLENGTH)
            n = index(substr(text, RLENGTH + 1), tag) + 2 * RLENGTH - 1
            out = out "''"
        } else {
            n = 1
            out = out first
        }
        if (n < length(first)) n = length(text) # never ended
        if (first != "\"") out = out newlines(substr(text, 1, n))
        text = substr(text, n + 1)
    }
    out = out tolower(text)
    gsub(/''('')+/, "''", out)
    return out
}
# Fills statement[1..n] (spaces made single) and started[1..n], their lines; returns n.
function statements(text, statement, started,   rest, line, n, end, one, at) {
    rest = plain(text)
    line = 1
    n = 0
    while (rest != "") {
        end = index(rest, ";")
        if (!end) end = length(rest) + 1
        one = substr(rest, 1, end - 1)
        at = match(one, /[^ \t\r\n]/)
        if (at) {
            started[++n] = line + line_at(one, at) - 1
            gsub(/[ \t\r\n]+/, " ", one)
            gsub(/^ | $/, "", one)
            statement[n] = one
        }
        line += length(newlines(substr(rest, 1, end)))
        rest = substr(rest, end + 1)
    }
    return n
}
