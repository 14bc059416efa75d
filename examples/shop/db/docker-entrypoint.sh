#!/usr/bin/env bash
# Starts as root, owns its volume, goes on as postgres; makes the database on the first start.
set -Eeo pipefail

create_database() {
  local password_file
  password_file=$(mktemp)
  printf '%s\n' "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD must be set}" >"$password_file"
  initdb --username="$POSTGRES_USER" --pwfile="$password_file" >/dev/null
  rm -f "$password_file"
  printf '\nhost all all all scram-sha-256\n' >>"$PGDATA/pg_hba.conf"
  # Only the socket: nobody else may connect before the set-up is complete.
  pg_ctl --wait start -o "-c listen_addresses=''" >/dev/null
  if [ "$POSTGRES_DB" != postgres ]; then
    psql --username "$POSTGRES_USER" --dbname postgres --quiet --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  local file
  for file in /docker-entrypoint-initdb.d/*.sql; do
    [ ! -f "$file" ] || psql --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --quiet -v ON_ERROR_STOP=1 -f "$file"
  done
  pg_ctl --wait --mode=fast stop >/dev/null
  echo 'PostgreSQL init process complete; ready for start up.'
}

if [ "$1" = postgres ]; then
  if [ "$(id -u)" = 0 ]; then
    mkdir -p "$PGDATA"
    find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
    chmod 700 "$PGDATA"
    exec gosu postgres "$BASH_SOURCE" "$@"
  fi
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
  [ -s "$PGDATA/PG_VERSION" ] || create_database
  set -- "$@" -c listen_addresses='*'
fi
exec "$@"
