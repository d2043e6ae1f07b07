"""`ropa report -f pdf`: the very bytes are written, and their hash is what is recorded."""

from hashlib import sha256
from pathlib import Path

from ropa.app import Reading, Register
from tests.app.shop import NOW, append, customer
from tests.cli.running import ropa


def test_the_hash_of_the_very_file_is_recorded(shop: Path, tmp_path: Path) -> None:
    with Register.open(shop, clock=lambda: NOW) as register:
        append(register, customer("K-1", name="Åsa Öberg", email="asa@exempel.example"))
    file = tmp_path / "access.pdf"
    ropa("-r", shop, "report", "access", "--person", "webshop/K-1", "-f", "pdf", "-o", file).done()
    content = file.read_bytes()
    assert content.startswith(b"%PDF-1.7")
    with Reading.open(shop) as reading:
        (made,) = [one.data for one in reading.events() if one.type == "person.report-made.v1"]
    assert made.sha256 == sha256(content).hexdigest()


def test_a_pdf_may_go_into_a_pipe_but_not_into_a_sentence(shop: Path) -> None:
    ran = ropa("-r", shop, "report", "ledger", "-f", "pdf")
    assert ran.done().out.startswith(b"%PDF-1.7")
    assert ropa("-r", shop, "check", "-f", "pdf").code == 2
