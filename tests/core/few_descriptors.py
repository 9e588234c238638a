"""A server that may open so many files and no more: `python -m tests.core.few_descriptors MOST PORT`."""

import resource
import sys

from tests import one_server

if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_NOFILE, (int(sys.argv[1]), int(sys.argv[1])))
    one_server.main(int(sys.argv[2]))
