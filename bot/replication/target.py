"""What is copied and where to, with the environment Litestream may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from config.static import Static
from storage.errors import StorageError

_PASSED = ("PATH", "HOME", "TMPDIR", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
_PREFIXES = ("AWS_", "LITESTREAM_", "GOOGLE_", "AZURE_")
CONFIGURATION = Path(__file__).parent.parent.parent / "litestream.yml"
_BUNDLE = "AWS_CA_BUNDLE"  # Litestream 0.5.17 can't start any S3 client where this is set


class ReplicaTrouble(StorageError):
    """The copy could not be read, or not be trusted; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Target:
    """One database and its replica; only ``shown`` may be printed."""

    database: Path
    url: str = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)
    configuration: Path = CONFIGURATION
    reach_s: float = 30.0  # Litestream itself tries an address that does not answer for more than a minute

    @property
    def shown(self) -> str:
        """The address without a password and without its query."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"

    def without_secrets(self, text: str) -> str:
        """What Litestream said, with every value that must not be read taken out."""
        secrets = [value for name, value in self.environment.items() if "KEY" in name or "TOKEN" in name]
        for secret in [self.url, *secrets]:
            text = text.replace(secret, "…") if secret else text
        return text


def choose_target(settings: Static, environ: Mapping[str, str]) -> Target | None:
    """The replica that was asked for, or None."""
    url = settings.replica_url.get_secret_value()
    if not url or settings.database_path is None:
        return None
    keys = {
        "LITESTREAM_ACCESS_KEY_ID": settings.litestream_access_key_id.get_secret_value(),
        "LITESTREAM_SECRET_ACCESS_KEY": settings.litestream_secret_access_key.get_secret_value(),
    }
    given = {name: value for name, value in keys.items() if value}
    path = settings.database_path.absolute()
    ours = {
        "DATABASE_PATH": str(path),
        "REPLICA_URL": url,
        "BACKUP_HOURS": str(settings.backup_days * 24),
        "CONTROL_SOCKET": "",  # the running child has one; who runs beside it or after it needs none
    }
    return Target(path, url, clean(environ) | given | ours)


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """What a copy needs of the environment and nothing else; certificates go by the name that Go reads."""
    passed = {
        name: value
        for name, value in environ.items()
        if name != _BUNDLE and (name.upper() in _PASSED or name.startswith(_PREFIXES))
    }
    if environ.get(_BUNDLE):
        passed.setdefault("SSL_CERT_FILE", environ[_BUNDLE])
    return passed
