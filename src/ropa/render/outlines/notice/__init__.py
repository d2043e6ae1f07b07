"""The privacy notice in words, for those whose data it is: no codes, and no numbers of events.

It is layered: what matters most comes first, on less than a page; then each thing that data is used
for; then cookies, rights, security and contact. What is only done for the sake of the rules on data
protection is told shorter.
"""

from ropa.render.outlines.notice.outline import notice
from ropa.render.outlines.notice.scribe import recipient

__all__ = ["notice", "recipient"]
