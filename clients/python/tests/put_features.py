"""Puts the features of a file into the guide: an array of {"location": {...}, "name": ...}.

Putting the same feature again changes nothing. Usage: put_features.py FILE
"""

import json
import os
import sys

import grpc

from guidepost.common.v1 import operation_pb2
from guidepost.guide.v1 import features_pb2, features_pb2_grpc, geo_pb2

BATCH = 512


def requests(rows):
    for start in range(0, len(rows), BATCH):
        request = features_pb2.ModifyRequest()
        for number, row in enumerate(rows[start : start + BATCH], start):
            point = geo_pb2.GeoPoint(
                latitude_e7=row["location"]["latitude"], longitude_e7=row["location"]["longitude"]
            )
            feature = features_pb2.Feature(point=point, name=row["name"])
            request.operations.add(id=number).put.CopyFrom(feature)
        yield request


def main(path):
    with open(path, encoding="utf-8") as file:
        rows = json.load(file)
    accepted = 0
    with grpc.insecure_channel(os.environ["GUIDEPOST_SERVER"]) as channel:
        stub = features_pb2_grpc.FeaturesStub(channel)
        for response in stub.Modify(requests(rows), timeout=600, wait_for_ready=True):
            for result in response.results:
                if result.code == operation_pb2.RESULT_CODE_OK:
                    accepted += 1
                else:
                    print(f"row {result.id}: {result.text}", file=sys.stderr)
    print(f"read {len(rows)}, accepted {accepted}")
    return 0 if accepted == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
