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

"$(dirname "$0")/../../cs-events" --table | while read -r row; do
    grep -qF "$row" tracer/trace/FORMAT.md && echo found || echo "# no row $row"
done >"$0.rows"
grep -q found "$0.rows" && ! grep -v found "$0.rows"
missing=$?
claim $missing 2 "FORMAT.md has a row for every record kind"
exit $failed
