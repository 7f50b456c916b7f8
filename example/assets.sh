#!/bin/sh
# Joins example/assets/*.css into build/example/style.css, now and whenever one of them changes.
set -u

build() {
  mkdir -p build/example
  cat example/assets/*.css | sed 's/^ *//; /^$/d' >build/example/style.css.new
  mv build/example/style.css.new build/example/style.css
  echo "built style.css, $(wc -c <build/example/style.css) bytes"
}

build
inotifywait -q -m -e close_write -e moved_to -e delete --format %f example/assets |
  while read -r changed; do
    echo "$changed changed"
    build
  done
