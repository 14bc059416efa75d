#!/bin/sh
# Makes the password file; mosquitto itself changes to its user.
set -e

umask 0077
printf '%s:%s\n' "${MQTT_USER:?}" "${MQTT_PASSWORD:?}" >/mosquitto/data/passwords
mosquitto_passwd -U /mosquitto/data/passwords
chown -R mosquitto:mosquitto /mosquitto/data
exec "$@"
