#!/bin/sh
# The page's vocabulary is what events.def makes, as TAP.  Run from the project's root.
echo 1..1
if "$(dirname "$0")/../../cs-events" --js | diff -u web/src/events.js - | sed 's/^/# /' | grep .; then
    echo "not ok 1 - web/src/events.js is what events.def makes (make events)"
    exit 1
fi
echo "ok 1 - web/src/events.js is what events.def makes"
