"""The dashboard: `streamlit run dashboards/app.py`, as `leadline dashboard` does it."""

from pathlib import Path

import streamlit as st

from dashboards import address, data, navigation
from dashboards.components import frame
from models.errors import LeadlineError

HERE = Path(__file__).parent
SIDEBAR_PIXELS = 216
ABOUT = "**Leadline** turns webhooks into DORA metrics as they happen. Every number opens into its evidence."


def main() -> None:
    """Draws the page that the URL names. Called by Streamlit for every interaction."""
    st.set_page_config(
        page_title="Leadline",
        page_icon=str(HERE / "static" / "icon.svg"),
        layout="wide",
        initial_sidebar_state=SIDEBAR_PIXELS,
        menu_items={"About": ABOUT},
    )
    st.html(HERE / "static" / "style.css")
    st.logo(HERE / "static" / "logo.svg", size="medium", icon_image=HERE / "static" / "icon.svg")
    page = navigation.chosen()
    address.begin()
    place = st.container()
    shown = ""
    try:
        shown = data.version()
        page.run()
    except LeadlineError as error:
        frame.problem(error)
    with place:  # last: its clock ticks from here on, and not into a page that is being drawn for the first time
        frame.freshness(shown)


main()
