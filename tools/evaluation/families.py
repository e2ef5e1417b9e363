"""Which words of others for the family of a cause mean one of the runbooks' families."""

SAME = {
    "certificate_not_renewed": "certificate_expired",
    "cgroup_oom": "cgroup_memory_limit",
    "container_oom": "cgroup_memory_limit",
    "container_storage_full": "disk_full_containers",
    "disk_full_docker": "disk_full_containers",
    "docker_storage_full": "disk_full_containers",
    "host_oom": "host_out_of_memory",
    "journal_full": "disk_full_journal",
    "live_backup_lock": "live_lock",
    "nfs_stale": "nfs_stale_handle",
    "oom_host": "host_out_of_memory",
    "port_conflict": "port_in_use",
    "stale_pid": "stale_pid_file",
    "thin_pool_full": "lvm_thin_pool_full",
}
"""A label's word on the left, a runbook's family on the right; any other word stands for itself."""

NOT_KNOWABLE = frozenset({"insufficient_evidence", "unknown", "none"})
"""Labels of incidents whose cause nobody could tell from the evidence."""


def family_of(label: str) -> str:
    """The family that a label means."""
    return SAME.get(label, label)
