#!/bin/sh
# As many an image does: which program it starts is not to be read here.
JAVA=${JAVA_HOME:-/usr}/bin/java
exec "$JAVA" -cp /app Server
