"""Puts the features of a file, an array as the route guide's demonstration data are, into a server.

    GUIDEPOST_SERVER=HOST:PORT python put_features.py FILE
"""

import json
import os
import sys

import guidepost


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = json.load(file)
    features = (
        guidepost.Feature(
            guidepost.Point(
                row["location"].get("latitude", 0) / 1e7, row["location"].get("longitude", 0) / 1e7
            ),
            row["name"],
        )
        for row in rows
    )
    with guidepost.Client(os.environ["GUIDEPOST_SERVER"], timeout=600) as client:
        report = client.features.load(features)
    for place, result in report.errors:
        print(f"row {place}: {result.text}", file=sys.stderr)
    print(f"accepted {report.accepted} of {len(rows)}")
    return 0 if report.accepted == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main())
