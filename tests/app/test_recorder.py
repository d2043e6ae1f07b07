"""The library's own published cases, on the recorder of an opened register."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from eventsourcing.persistence import ApplicationRecorder
from eventsourcing.tests.persistence import ApplicationRecorderTestCase

from ropa.app import Register


class TestRecorderOfARegister(ApplicationRecorderTestCase[ApplicationRecorder]):
    def create_recorder(self) -> ApplicationRecorder:
        resources = ExitStack()
        self.addCleanup(resources.close)
        path = Path(resources.enter_context(TemporaryDirectory())) / "register"
        Register.create(path)
        return resources.enter_context(Register.open(path))._log.recorder
