"""The pages in a real Chromium: they load without an error, a number opens into its evidence, a view is a link.

Screenshots go to the folder that SCREENSHOTS names, else nowhere: 1440 × 900 and 390 × 844, light and dark.
"""

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from dashboards.views.deployment import KINDS
from models.settings import Settings
from tests.dashboard_server import serving
from tests.dashboard_store import fill_year
from tests.warehouses import PEOPLE, deploy, parsed
from warehouse.compute import compute
from warehouse.facts import write_batch
from warehouse.store import MEMORY, Store

Failures = dict[tuple[str, ...], str]

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PAGES = {
    "overview": "",
    "dora": "dora?metric=change_lead_time",
    "pipeline": "pipeline",
    "coverage": "coverage",
    "commit": "commit",
    "flow": "flow",
}
VIEWPORTS = {"desktop": (1440, 900), "phone": (390, 844)}
ROW = 34
"""Height of a table's row, and of its header."""
PATIENCE_MS = 20_000
STILL_MS = 300
UNCOVERED = """selector => {
    const box = document.querySelector(selector).getBoundingClientRect();
    const covers = document.querySelector('[data-testid=stHeader]').getBoundingClientRect();
    return box.width > 0 && box.right <= innerWidth && (box.top >= covers.bottom ||
        getComputedStyle(document.querySelector(selector)).zIndex > 999990);
}"""
"""Whether nothing hides an element; the header lies over the page's top."""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A seeded year of an organisation."""
    store = fill_year(Store.open(MEMORY))
    yield store
    store.close()


@pytest.fixture(scope="module")
def url(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A dashboard over it."""
    with serving(tmp_path_factory.mktemp("dashboard"), store) as address:
        yield address


@pytest.fixture(scope="module")
def failures(store: Store) -> Failures:
    """Kinds of evidence, the most trusted first → a recovered deployment that failed by exactly these."""
    with store.cursor() as cursor:
        found = cursor.execute(
            "SELECT list(DISTINCT e.kind ORDER BY e.kind), d.deployment FROM failure_evidence AS e "
            "INNER JOIN deployments AS d USING (service, environment, source, deployment) "
            "WHERE d.recovered_at IS NOT NULL GROUP BY d.deployment"
        ).fetchall()
    order = list(KINDS)
    return {tuple(sorted(kinds, key=order.index)): deployment for kinds, deployment in found}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


expect.set_options(timeout=30_000)


class Reader:
    """Somebody before a page; notes what the browser complains of."""

    def __init__(self, browser: Browser, viewport: str = "desktop", scheme: str = "light") -> None:
        width, height = VIEWPORTS[viewport]
        self.context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if scheme == "dark" else "light"
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: ConsoleMessage) -> None:
        # Streamlit looks for its own server below a page's path first, and finds it at the root.
        if message.type == "error" and "/_stcore/" not in message.location["url"]:
            self.complaints.append(message.text)

    def open(self, address: str, waits_for: str = ".st-key-answer") -> Page:
        self.page.goto(address)
        self.page.wait_for_selector(waits_for)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Returns when Streamlit has run to its end and the tables are drawn."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]")
        expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0)
        assert self.page.locator("[data-testid=stException]").count() == 0, self.page.content()

    def close(self) -> None:
        self.context.close()
        assert self.complaints == []


@pytest.fixture
def reader(chromium: Browser) -> Iterator[Reader]:
    somebody = Reader(chromium)
    yield somebody
    somebody.close()


def click_row(page: Page, table: str, row: int) -> None:
    """Clicks the button in a row (1 is the first) of the table of that name."""
    canvas = page.locator(f".st-key-table-{table} canvas").first
    canvas.scroll_into_view_if_needed()
    box, before = canvas.bounding_box(), None
    while box is None or box != before:  # what stands above may still be drawn, and move it
        page.wait_for_timeout(STILL_MS)
        box, before = canvas.bounding_box(), box
    page.mouse.click(box["x"] + 40, box["y"] + ROW * (row + 0.5))


def choose_last(reader: Reader, label: str) -> None:
    """Chooses the last of a list, by keyboard alone. A page that is still being drawn would close the list again."""
    page = reader.page
    expect(page.get_by_label(label, exact=True)).to_be_visible()
    reader.settle()
    page.get_by_label(label, exact=True).focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("End")
    page.keyboard.press("Enter")


@pytest.mark.parametrize(("viewport", "scheme"), [("desktop", "light"), ("desktop", "dark"), ("phone", "light")])
@pytest.mark.parametrize("name", PAGES)
def test_pages_load_and_are_pictured(
    chromium: Browser, url: str, tmp_path: Path, name: str, viewport: str, scheme: str
) -> None:
    reader = Reader(chromium, viewport, scheme)
    page = reader.open(f"{url}/{PAGES[name]}")
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)
    folder.mkdir(parents=True, exist_ok=True)
    picture = page.screenshot(path=folder / f"{name}-{viewport}-{scheme}.png")
    assert len(picture) > 20_000, "an empty page"
    answer = page.locator(".st-key-answer").inner_text()
    assert len(answer) > 30, "each page opens with a sentence"
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0, "the page scrolls sideways"
    assert page.evaluate(UNCOVERED, ".st-key-freshness"), "how fresh the page is can be seen"
    reader.close()


def test_a_new_installation_says_what_to_do_first(reader: Reader, tmp_path: Path) -> None:
    with serving(tmp_path, Store.open(MEMORY)) as url:
        for path in PAGES.values():
            reader.open(f"{url}/{path}")  # no exception
        page = reader.open(url)
        expect(page.get_by_text("No service is known yet")).to_be_visible()
        expect(page.get_by_text("No event has arrived yet")).to_be_visible()
        page.goto("about:blank")  # an open page would complain of the server's end


def test_what_is_not_in_the_numbers_yet_is_said_until_it_is(reader: Reader, tmp_path: Path) -> None:
    store = Store.open(MEMORY)
    write_batch(store, [parsed(deploy(hours, f"d{hours}")) for hours in range(3)], people_key=PEOPLE)
    with serving(tmp_path, store) as url:
        page = reader.open(url)
        fresh = page.locator(".st-key-freshness")
        expect(fresh).to_contain_text("still to be counted")
        compute(store, Settings())
        expect(fresh).not_to_contain_text("still to be counted")
        expect(fresh).to_contain_text("Last event")
        page.goto("about:blank")  # an open page would complain of the server's end


def test_a_number_opens_into_its_deployment_and_back(reader: Reader, chromium: Browser, url: str) -> None:
    start = f"{url}/dora?metric=change_fail_rate&team=payments"
    page = reader.open(start)
    click_row(page, "observations", 1)
    page.wait_for_url("**/dora?*id=*")
    expect(page.locator("h1")).to_contain_text("Deployment")
    reader.settle()
    text = page.locator("[data-testid=stMain]").inner_text()
    assert "failed" in text
    assert "because" in text.lower() or "incident" in text.lower() or "rolled back" in text.lower()
    assert page.locator(".st-key-table-commits, [class*=st-key-table]").count() >= 1, "its commits"
    opened = page.url
    page.go_back()
    expect(page.locator("h1")).to_contain_text("DORA")
    reader.settle()
    assert page.url == start
    other = Reader(chromium)
    assert "Deployment" in other.open(opened).locator("h1").inner_text(), "an opened deployment is a link too"
    other.close()


def test_a_bucket_and_a_row_open_by_keyboard_and_close_again(reader: Reader, url: str) -> None:
    start = f"{url}/dora?metric=change_lead_time"
    page = reader.open(start)
    choose_last(reader, "Week")
    page.wait_for_url("**at=*")
    expect(page.locator("h3", has_text="What is behind the week of")).to_be_visible()
    reader.settle()
    of_week = page.url
    choose_last(reader, "Open a commit of the table by name")
    page.wait_for_url("**commit=*")
    expect(page.locator("h1")).to_contain_text("Deployment")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("DORA")
    reader.settle()
    assert page.url == of_week, "what was opened by name opens once"


def test_a_view_is_a_link(reader: Reader, chromium: Browser, url: str) -> None:
    page = reader.open(f"{url}/dora?metric=change_lead_time")
    page.get_by_role("button", name="1 year").or_(page.get_by_text("1 year", exact=True)).first.click()
    page.wait_for_url("**window=365d*")
    expect(page.locator(".st-key-answer")).to_contain_text("last year")
    reader.settle()
    answer = page.locator(".st-key-answer").inner_text()
    link = page.url
    assert "window=365d" in link
    other = Reader(chromium)
    expect(other.open(link).locator(".st-key-answer")).to_have_text(answer, use_inner_text=True)
    other.close()


def test_a_card_leads_to_its_trend(reader: Reader, url: str) -> None:
    page = reader.open(url)
    page.get_by_role("link", name="Lead time").first.click()
    page.wait_for_url("**/dora*")
    reader.settle()
    assert "metric=change_lead_time" in page.url


def test_coverage_opens_a_reason_and_a_service(reader: Reader, url: str) -> None:
    page = reader.open(f"{url}/coverage")
    page.locator("[class*=st-key-reason-]").first.get_by_role("button", name="in ").click()
    page.wait_for_url("**/coverage?reason=*")
    reader.settle()
    click_row(page, "coverage", 1)
    page.wait_for_url("**service=*")
    expect(page.locator("h1")).to_contain_text("Coverage of")
    reader.settle()
    assert page.locator("[class*=st-key-gap-]").count() >= 1, "its reasons"
    page.go_back()
    expect(page.locator("h1")).to_have_text("Coverage")
    reader.settle()
    page.goto(f"{url}/coverage?service=invoicing")
    expect(page.locator(".st-key-gap-unknown_sha")).to_contain_text("leadline backfill git PATH --service invoicing")
    reader.settle()


def test_a_commit_says_which_deployment_shipped_it_and_why(reader: Reader, url: str) -> None:
    page = reader.open(f"{url}/commit")
    click_row(page, "newest-commits", 2)
    page.wait_for_url("**/commit?sha=*")
    expect(page.locator(".st-key-answer")).to_contain_text("Shipped to")
    reader.settle()
    sha = page.url.rpartition("=")[2]
    search = page.get_by_placeholder("a SHA")
    search.fill("0000000")
    search.press("Enter")
    expect(page.locator(".st-key-answer")).to_contain_text("There is no commit")
    search.fill(sha[:9])
    search.press("Enter")
    expect(page.locator(".st-key-answer")).to_contain_text("Shipped to")
    reader.settle()
    assert "first successful deployment there that contains it" in page.locator("[class*=st-key-place-]").inner_text()
    page.get_by_role("link", name="Deployment").first.click()
    expect(page.locator("h1")).to_contain_text("Deployment")
    expect(page.locator(".st-key-table-commits")).to_be_visible()
    reader.settle()


def test_a_failed_deployment_shows_all_evidence_and_what_mended_it(
    reader: Reader, url: str, failures: Failures
) -> None:
    for (first, *others), deployment in failures.items():
        page = reader.open(f"{url}/deployment?id={deployment}")
        evidence = page.locator(".st-key-evidence")
        shown = evidence.inner_text()
        for kind in (first, *others):
            assert KINDS[kind] in shown, kind
        assert shown.index(KINDS[first]) < shown.index("decides"), "the most trusted decides"
        assert "Recovered after" in shown
    assert {kind for kinds in failures for kind in kinds} == set(KINDS)


def test_bands_and_definitions_are_chosen_in_the_view_and_said(reader: Reader, url: str) -> None:
    page = reader.open(f"{url}/dora?metric=change_fail_rate")
    assert page.locator(".st-key-lens").count() == 0, "Leadline's own need no word"
    page.get_by_role("button", name="Definitions").first.click()
    page.get_by_role("combobox", name="Bands").click()
    page.get_by_role("option", name="Platform", exact=True).click()
    page.wait_for_url("**ladder=platform*")
    expect(page.locator(".st-key-lens")).to_contain_text("Bands by Platform")
    reader.settle()
    page.goto(f"{url}/dora?metric=change_fail_rate&profile=gitlab")
    expect(page.locator(".st-key-lens")).to_contain_text("Numbers by the definitions of GitLab")
    reader.settle()
    page.goto(f"{url}/?ladder=quick-check-2025")
    expect(page.locator(".st-key-card-change_fail_rate")).to_contain_text("of 10")
    reader.settle()
    page.goto(f"{url}/?ladder=platform")
    expect(page.locator(".st-key-lens")).to_contain_text("Bands by Platform")
    reader.settle()
    page.get_by_role("link", name="Lead time").first.click()
    page.wait_for_url("**/dora?*ladder=platform*")
    expect(page.locator(".st-key-lens")).to_be_visible()
    reader.settle()


def test_a_stage_opens_into_its_trend_and_back(reader: Reader, url: str) -> None:
    page = reader.open(f"{url}/flow?team=storefront")
    assert "storefront" in page.locator(".st-key-answer").inner_text()
    expect(page.locator(".st-key-stages canvas, .st-key-stages svg").first).to_be_visible()
    page.get_by_role("button", name="Pickup").click()
    page.wait_for_url("**/flow?*metric=pickup*")
    expect(page.locator(".st-key-answer")).to_contain_text("Pickup time of storefront")
    reader.settle()
    assert page.locator(".st-key-table-observations canvas").count()
    page.go_back()
    expect(page.locator(".st-key-stages")).to_be_visible()
    reader.settle()
    page.get_by_role("button", name="Undeployed").click()
    expect(page.locator(".st-key-answer")).to_contain_text("Undeployed changes of storefront")
    reader.settle()
    click_row(page, "observations", 1)
    expect(page.locator(".st-key-answer")).to_contain_text("contains it yet")
    reader.settle()


def test_a_filter_answers_quickly(reader: Reader, url: str) -> None:
    """Generous, because machines are shared: what a reader would call broken."""
    page = reader.open(f"{url}/dora?metric=change_fail_rate")
    begun = time.perf_counter()
    page.get_by_text("30 days", exact=True).first.click()
    expect(page.locator(".st-key-answer")).to_contain_text("30 days")
    assert time.perf_counter() - begun < 5
