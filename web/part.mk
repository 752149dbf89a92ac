# The page: $(B)/web/, everything that it loads.  Needs node 18 or later and npm.
B ?= build
WEB_SRCS := $(shell find web/src -name '*.js' -o -name '*.css') web/index.html web/presenter.html $(wildcard web/door.*) web/build.mjs hw/model/placements.json
WEB_NODE := web/node_modules/.package-lock.json
PARTS += $(B)/web/index.html

# npm writes that file last; `npm ci` takes exactly what package-lock.json says.
$(WEB_NODE): web/package.json web/package-lock.json
	cd web && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

$(B)/web/index.html: $(WEB_SRCS) $(WEB_NODE)
	@mkdir -p $(@D)
	node web/build.mjs $(@D)
	@touch $@

.PHONY: web web-lint web-tests browser-tests
web: $(B)/web/index.html

web-lint: $(WEB_NODE)
	cd web && node_modules/.bin/eslint . && node_modules/.bin/tsc -p tsconfig.json

web-tests: $(WEB_NODE)
	node --test $(wildcard tests/web/*.test.js)

browser-tests: $(B)/copyscope
	node --test $(wildcard tests/browser/*.test.js)

.PHONY: screenshot
screenshot: $(B)/copyscope ## take the pictures of each layout, web/pictures/
	node tests/browser/screenshot.js web/pictures
