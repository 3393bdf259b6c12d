# SPDX-License-Identifier: Apache-2.0
# What is installed names no place it was built in or installed to: moved elsewhere, and with the tree hidden where that
# can be done, it does what it did.
# shellcheck shell=sh disable=SC1091,SC2154
. "$(dirname "$0")/lib.sh"

build=$(cd "$HP_BIN/.." && pwd -P) || fail "no build folder"
tree=$(cd "$HP_SOURCE" && pwd -P) || fail "no source tree"
moved=$scratch/moved
cmake --install "$build" --prefix "$scratch/first" >"$scratch/out" 2>&1 || fail "$(cat "$scratch/out")"
mv "$scratch/first" "$moved"

# sanitizers note the file of each variable: those alone may be there
of_sanitizers() { # PROGRAM
    if grep -q __ubsan_handle "$1"; then grep -v '\.[ch]$'; else cat; fi
}
programs=0
for program in "$moved"/bin/* "$moved"/libexec/hongping/*; do
    programs=$((programs + 1))
    named=$(strings -a "$program" | grep -F -e "$tree" -e "$build" -e "$scratch" | of_sanitizers "$program")
    [ -z "$named" ] || fail "$program names $named"
done
is $programs 8
named=$(grep -rlF -e "$tree" -e "$build" -e "$scratch" "$moved/share")
[ -z "$named" ] || fail "the place is named in $named"
[ -z "$(find "$moved" -type l)" ] || fail "links: $(find "$moved" -type l)"

mkdir "$scratch/e2e"
cp "$HP_SOURCE/tests/e2e/lib.sh" "$HP_SOURCE/tests/e2e/installed.sh" "$scratch/e2e/"
HP_BIN=$moved/bin HP_SOURCE=/nowhere
export HP_BIN HP_SOURCE
cd "$scratch" || fail "no scratch folder"
if unshare -m mount -t tmpfs none "$tree" 2>/dev/null; then
    # shellcheck disable=SC2016
    unshare -m sh -c 'mount -t tmpfs none "$1" && { [ ! -d "$2" ] || mount -t tmpfs none "$2"; } && export HP_HIDDEN="$1" && exec sh "$3"' \
        hide "$tree" "$build" "$scratch/e2e/installed.sh"
else
    sh "$scratch/e2e/installed.sh"
fi || fail "the installed programs do not do it"
