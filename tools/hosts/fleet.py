"""The machines that the configuration names, made ready to be asked."""

from tools.configuration import LOCAL_HOST, Settings
from tools.errors import MachaError
from tools.hosts import Host
from tools.hosts.local import LocalHost

NO_SUCH_HOST = "there is no host "
"""How it is said, and told afterwards, that a name is nobody's."""


class Fleet:
    """Hosts by name, each made once, when it is first asked for."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._made: dict[str, Host] = {}

    def host(self, name: str) -> Host:
        """The host of this name; raises MachaError when the configuration does not know it."""
        if name not in self._settings.host_names():
            known = ", ".join(self._settings.host_names()) or "none"
            raise MachaError(f"{NO_SUCH_HOST}{name} in the configuration; known are {known}")
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def close(self) -> None:
        """Give back all connections."""
        for host in self._made.values():
            host.close()

    def _make(self, name: str) -> Host:
        if name == LOCAL_HOST:
            return LocalHost(name)
        from tools.hosts.ssh import SshHost  # paramiko takes 250 ms to import

        settings = self._settings.hosts[name]
        return SshHost(
            name=name,
            address=settings.address,
            port=settings.port,
            user=settings.user,
            identity_file=settings.identity_file,
            host_key=settings.host_key,
            known_hosts=settings.known_hosts,
        )
