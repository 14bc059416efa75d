#!/bin/bash
# As the public image: makes the database on the first start, goes on as mysql. Options alone are options of mariadbd.
set -eo pipefail

[ "${1:0:1}" != - ] || set -- mariadbd "$@"
if [ "$(id -u)" = 0 ]; then
  chown mysql /var/lib/mysql /run/mysqld
  exec gosu mysql "$BASH_SOURCE" "$@"
fi
if [ ! -d /var/lib/mysql/mysql ]; then
  mariadb-install-db --skip-test-db --auth-root-authentication-method=normal >/dev/null
  mariadbd --bootstrap <<SQL
FLUSH PRIVILEGES;
CREATE DATABASE \`$MARIADB_DATABASE\`;
CREATE USER '$MARIADB_USER'@'%' IDENTIFIED BY '$MARIADB_PASSWORD';
GRANT ALL ON \`$MARIADB_DATABASE\`.* TO '$MARIADB_USER'@'%';
SQL
fi
exec "$@" --bind-address='*'
