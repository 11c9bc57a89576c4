"""What is left to do of a home's erasures, as the workbench asks for it."""

from clio_assets.erasure.awaiting import withdraw_emptied
from clio_assets.erasure.carry_out import finish_pending
from clio_assets.home.home import Home
from clio_assets.lake.lake import Lake


class HomeErasures:
    """Implements `clio_assets.workbench.workbench.Erasures` over a home and its lake."""

    def __init__(self, home: Home, lake: Lake) -> None:
        self._home = home
        self._lake = lake

    def finish(self) -> bool:
        """Finish an erasure that was interrupted; whether there was one."""
        return finish_pending(self._home, self._lake)

    def withdraw_emptied(self) -> list[str]:
        """Take windows out of the public database that hold no day any more, or are of maps that
        are no longer declared; their keys."""
        return withdraw_emptied(self._home, self._lake)
