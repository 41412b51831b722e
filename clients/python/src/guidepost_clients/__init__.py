"""Clients of the Guidepost route server, as programs to run and as examples to read.

The stubs they use are generated from the contracts in ``proto/`` by ``generate.sh`` and are
imported as ``routetable.route_table_pb2_grpc`` and ``routeguide.route_guide_pb2_grpc``.
"""

import os

# What goes wrong is said once, by the programs; grpcio would log it too. Before it is loaded.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
