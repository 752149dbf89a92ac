#!/bin/sh
# What is written down elsewhere is what events.def says, as TAP.  Run from the project's root.
failed=0
claim() {
    if [ "$1" = 0 ]; then echo "ok $2 - $3"; else echo "not ok $2 - $3"; failed=1; fi
}

echo 1..2
"$(dirname "$0")/../../cs-events" --js | diff -u web/src/events.js - >"$0.diff"
claim $? 1 "web/src/events.js is what events.def makes (make events)"
sed 's/^/# /' "$0.diff"

missing=0
for kind in $(sed -n 's/^REC([A-Z_]*, *\([0-9]*\), "\([a-z_]*\)".*/\1:\2/p' tracer/events.def); do
    grep -q "^| ${kind%:*} | \`${kind#*:}\` |" tracer/trace/FORMAT.md || { echo "# no row for ${kind#*:}"; missing=1; }
done
claim $missing 2 "FORMAT.md has a row for every record kind"
exit $failed
