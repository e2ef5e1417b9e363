"""A plain pool of paramiko connections, as one would write it: one script a host, eight hosts at a time.

python paramiko_pool.py KEY KNOWN_HOSTS SCRIPT ADDRESS...

Prints what the hosts said.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import paramiko

key, known_hosts, script, *addresses = sys.argv[1:]


def ask(address: str) -> bytes:
    client = paramiko.SSHClient()
    client.load_host_keys(known_hosts)
    client.connect(address, username="root", key_filename=key, allow_agent=False, look_for_keys=False)
    stdin, stdout, _ = client.exec_command("sh -s")
    stdin.write(Path(script).read_bytes())
    stdin.channel.shutdown_write()
    answer = stdout.read()
    client.close()
    return answer


with ThreadPoolExecutor(8) as pool:
    for answer in pool.map(ask, addresses):
        sys.stdout.buffer.write(answer)
