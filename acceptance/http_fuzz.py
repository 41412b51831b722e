"""What the random requests of http-fuzz.sh leave out."""

import schemathesis


def _has_null(value):
    if isinstance(value, dict):
        return any(_has_null(each) for each in value.values())
    if isinstance(value, list):
        return any(_has_null(each) for each in value)
    return value is None


@schemathesis.hook
def filter_case(context, case):
    """A null stands for a field that is left out, as in all JSON of protocol buffers; no description says so."""
    return not _has_null(case.body)
