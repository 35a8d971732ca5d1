from tests.dashboard.screens.conftest import borealis, live, url

__all__ = ["borealis", "live", "url"]
