#!/usr/bin/env python3
"""Ends with 0 if the address answers with 200; for health checks in images that have no curl."""

import sys
import urllib.request

try:
    with urllib.request.urlopen(sys.argv[1], timeout=4) as answer:  # noqa: S310 - the operator's own address
        sys.exit(0 if answer.status == 200 else 1)  # noqa: PLR2004 - HTTP's OK
except OSError:
    sys.exit(1)
