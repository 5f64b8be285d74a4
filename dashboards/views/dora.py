"""DORA, for five minutes before a retrospective: a trend with its distribution, its services, what is behind them."""

from dashboards import navigation, words
from dashboards.components import explorer, frame
from dashboards.views import deployment

PAGE = navigation.Place("DORA", "Teams", ":material/speed:", order=20)
FIRST_METRIC = "change_lead_time"


def render() -> None:
    if deployment.is_open():
        deployment.render()
        return
    frame.title("DORA")
    explorer.explore(words.DORA, FIRST_METRIC)
