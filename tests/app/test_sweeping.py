"""Keys that a crash between vault and log leaves are swept, and no other."""

from pathlib import Path

from ropa.app import Register
from ropa.kernel.categories import Category
from ropa.kernel.opening import Values
from tests.app.test_register import REGISTERED


def test_a_key_that_no_event_uses_is_swept_and_those_in_use_stay(shop: Path) -> None:
    with Register.open(shop) as register:
        register.append([REGISTERED])
        before = set(register._vault.key_ids())
        with register._vault.sealing() as sealing:
            sealing.seal(
                owner="0b9f6c1e-3a5d-4e0f-9c57-8d2b41a7e630",
                activity="contract",
                bucket="",
                source="webshop",
                event="lost",
                values={Category.CONTACT_NAME: "Bo Exempel"},
            )
        assert len(set(register._vault.key_ids())) == len(before) + 1
        assert register.sweep_keys() == 1
        assert set(register._vault.key_ids()) == before
        assert register.sweep_keys() == 0
        (event,) = register.events(after=register.head - 1)
        with register.asking() as sources:
            assert isinstance(sources.open(event, "accountability"), Values)
