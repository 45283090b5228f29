"""boto3 as a program has it: one client for the whole process, asked once for each line of input.

The line may say how far the clock is ahead, which does not matter here: from ten minutes before the end of a session,
botocore asks for another before each request.
"""

import sys

import boto3

client = None
for _ in sys.stdin:
    try:
        client = client or boto3.client("sts")
        print("account", client.get_caller_identity()["Account"], flush=True)
    except Exception as error:
        print("error", type(error).__name__, " ".join(str(error).split()), flush=True)
