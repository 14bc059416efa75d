#!/bin/sh
# As the public image: fills an empty folder with the program.
set -e

if [ ! -e wp-config.php ]; then
  cp -a /usr/src/wordpress/. .
fi
. /etc/apache2/envvars
exec "$@"
