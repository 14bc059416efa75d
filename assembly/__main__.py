"""The build step: python3 -I takes modules from a folder that it runs, and from nowhere else but its own library."""

import sys

from assemble import main

main(sys.argv[1:])
