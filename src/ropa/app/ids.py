"""Random ids: the one place where they are drawn."""

from uuid import uuid4  # noqa: TID251 - the port's own adapter


def new_id() -> str:
    """Give a new random id (UUIDv4, RFC 9562): it says nothing about whom it stands for."""
    return str(uuid4())
