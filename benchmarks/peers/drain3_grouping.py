"""drain3 as it comes, over messages: CPU seconds, the cluster of each line, and the templates.

python drain3_grouping.py <MESSAGES.json >RESULT.json
"""

import json
import logging
import sys
import time
from importlib.metadata import version

from drain3 import TemplateMiner

logging.disable(logging.CRITICAL)
results = []
for messages in json.load(sys.stdin):
    miner = TemplateMiner()
    begun = time.process_time()
    clusters = [miner.add_log_message(message)["cluster_id"] for message in messages]
    seconds = time.process_time() - begun
    templates = {cluster.cluster_id: (cluster.size, cluster.get_template()) for cluster in miner.drain.clusters}
    results.append({"seconds": seconds, "groups": clusters, "templates": templates})
json.dump({"version": version("drain3"), "results": results}, sys.stdout)
