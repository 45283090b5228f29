"""Reads each file that is named as botocore does, and prints what it means: one JSON object a line."""

import json
import sys

from botocore.configloader import load_config
from botocore.exceptions import ConfigParseError

for path in sys.argv[1:]:
    try:
        print(json.dumps(load_config(path)["profiles"]))
    except ConfigParseError:
        print(json.dumps("refused"))
