#!/usr/bin/env bash
# Builds static/build/ (style sheet, scripts, fonts) from static_src/ and the packages of
# package-lock.json. Needs node, and npm as $NPM or on PATH; tools/setup.sh sees to that, and calls this
# only when something it is built from has changed. The old build stays until the new one is whole.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# $NPM may be two words.
# shellcheck disable=SC2086
${NPM:-npm} ci --no-progress --loglevel=error

new=static/build.new
rm -rf "$new"
mkdir -p "$new/fonts"

node node_modules/sass/sass.js --load-path=. --style=compressed --no-source-map --quiet-deps \
    static_src/app.scss "$new/app.css"
cp static_src/*.js static_src/*.css "$new/"
for script in \
    govuk-frontend/dist/govuk/govuk-frontend.min.js \
    @ministryofjustice/frontend/moj/moj-frontend.min.js \
    htmx.org/dist/htmx.min.js
do
    # Their source maps are not shipped, and the line that names one stops collectstatic.
    sed 's|//# sourceMappingURL=.*||' "node_modules/$script" > "$new/${script##*/}"
done
font=node_modules/@fontsource-variable/atkinson-hyperlegible-next
cp "$font"/files/*.woff2 "$font/LICENSE" "$new/fonts/"
# Packed beside the files themselves: the web server hands these to whoever takes them, in the demo too.
gzip --keep --best --no-name "$new"/*.css "$new"/*.js

rm -rf static/build
mv "$new" static/build
