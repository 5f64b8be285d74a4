"""What is open now: failed deployments that nothing has mended yet, and incidents that are not resolved."""

import streamlit as st


def panel() -> None:
    st.subheader("What is open now?", anchor=False)
