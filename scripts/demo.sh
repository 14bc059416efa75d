#!/usr/bin/env bash
# npm run demo: turns examples/shop, six services, into one image, runs it and asks it for an order.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

output=examples/shop/bundle
web_port=$(sed -n 's/^WEB_PORT=//p' examples/shop/.env)
url=http://127.0.0.1:$web_port

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}

if [ "${1:-}" != --inside ]; then
  say 'Setting up'
  bash scripts/setup.sh
  npm run --silent build
  exec bash scripts/engine.sh exec bash scripts/demo.sh --inside
fi

say 'Making one image of the six services'
# Containers of an earlier run hold the ports and volumes; the volumes stay.
docker compose -f examples/shop/compose.yaml down --remove-orphans >/dev/null 2>&1 || true
run node bin/bundle-shared.js --output "$output" examples/shop/compose.yaml

say 'Starting it'
run docker compose -f "$output/compose.yaml" up -d --wait --wait-timeout 400

say 'Placing an order, which nginx, the API, PostgreSQL, Redis and the worker take part in'
node --input-type=module - "$url" <<'JS'
const url = process.argv[2];
const ask = async (path, body) => (await fetch(url + path, body && { method: 'POST', body: JSON.stringify(body) })).json();
const { id } = await ask('/orders', { item: 'tea', quantity: 2 });
for (let tries = 0; tries < 600; tries += 1) {
  const order = await ask(`/orders/${id}`);
  if (order.status === 'done') {
    console.log(JSON.stringify(order));
    process.exit(0);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}
throw new Error(`order ${id} was not completed within two minutes`);
JS

say 'One container runs them all'
run docker compose -f "$output/compose.yaml" ps

cat <<TEXT

It answers at $url/orders
Stop it with   docker compose -f $output/compose.yaml down
TEXT
if [ -n "$(bash scripts/engine.sh env)" ]; then
  echo 'This Engine is a private one: put "scripts/engine.sh exec" before docker and curl commands;'
  echo 'scripts/engine.sh down stops the Engine itself.'
fi
