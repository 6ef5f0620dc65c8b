"""The page in a real browser: search, keyboard, light and dark, narrow and wide, print, and axe's rules."""

from __future__ import annotations

import copy
import html
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from natlane.fleet import open_fleet
from natlane.report.collect import collected
from natlane.report.page import page_of
from natlane.workspace.paths import Workspace

from tests.browser import NEEDED, browse
from tests.conftest import ROOT

pytestmark = [NEEDED, pytest.mark.slow]  # a browser is started for each
DARK = "--blink-settings=preferredColorScheme=0"
LIGHT = "--blink-settings=preferredColorScheme=1"
# A page of 1,000 partners in the browser's own measure of work: elements that are laid out, and bytes a partner.
MOST_ELEMENTS = 6_000
MOST_BYTES = 7_000
ELEMENTS_A_ROW = 10


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    found = collected(open_fleet(Workspace(str(ROOT))), lambda done, of: None)
    assert found is not None
    return found


def many(data: dict[str, Any], count: int) -> dict[str, Any]:
    """The same partners over and over, each with a name and a NAT block of its own."""
    partners = []
    for number in range(count):
        partner = copy.copy(data["partners"][number % len(data["partners"])])
        partner["name"] = f"partner-{number:05}"
        partner["nat_cidr"] = f"10.{192 + number // 8_192}.{number // 8 % 256}.{number % 8 * 32}/27"
        partners.append(partner)
    return {**data, "partners": partners}


def page(data: dict[str, Any]) -> str:
    text = page_of(data, str(ROOT))
    assert isinstance(text, str)
    return text


def probed(text: str, folder: Path, steps: str, *flags: str, at: str = "", more: str = "") -> Any:
    """What some steps find in the page, by `found`, after it was opened; only its policy is taken out for them."""
    script = f"""
<script>{more}</script>
<script>
(async () => {{
  const found = {{}};
  const type = (id, value) => {{
    const field = document.getElementById(id);
    field.value = value;
    field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input"));
    return new Promise((done) => setTimeout(done, partners.length > 2000 ? 250 : 10));
  }};
  const press = (key) => (document.activeElement || document.body).dispatchEvent(
    new KeyboardEvent("keydown", {{ key: key, bubbles: true, cancelable: true }}));
  const names = () => [...document.querySelectorAll("#list tbody a")].map((each) => each.textContent);
  const wait = () => new Promise((done) => setTimeout(done, 50));
  try {{ {steps} }} catch (error) {{ found.error = String(error); }}
  document.title = JSON.stringify(found);
}})();
</script></body>"""
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    (folder / "page.html").write_text(script.join(text.rsplit("</body>", 1)))
    dom, asked = browse(folder, *flags, "--dump-dom", f"{(folder / 'page.html').as_uri()}{at}")
    title = re.search(r"<title>(.*?)</title>", dom, re.DOTALL)
    assert title
    assert asked == []
    found = json.loads(html.unescape(title[1]))
    assert "error" not in found, found["error"]
    return found


def test_under_its_own_policy_it_runs_and_asks_for_nothing(data: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(data))
    dom, asked = browse(tmp_path, "--dump-dom", (tmp_path / "page.html").as_uri())
    assert asked == []
    assert "9 partners of 9" in dom
    assert dom.count('<tr><td><a href="#partner=') == 9


SEARCHES = {
    "globex": ["globex"],
    "NOC@UMBRELLA": ["umbrella"],
    "10.183.0.13": ["umbrella"],  # an address that is pinned
    "192.168.50.77": ["acme-clearing"],  # one that lies in a block of theirs
    "192.168.0.0/17": ["acme-clearing", "globex", "hooli", "initech", "stark", "tyrell", "umbrella", "wonka"],
    "cost-center=4711": ["acme-clearing"],
    "bgp transit_gateway": ["stark"],
    "nobody": [],
}


def test_search_and_filters(data: dict[str, Any], tmp_path: Path) -> None:
    steps = "".join(
        f"await type('query', {json.dumps(query)}); found[{json.dumps(query)}] = names();" for query in SEARCHES
    )
    steps += """
    await type('query', '');
    for (const option of document.querySelectorAll('#filter option')) {
      await type('filter', option.value);
      found['show ' + option.textContent] = names().length;
    }
    await type('filter', '0');
    await type('order', '2');
    found.dearest = names()[0];
    await type('block-query', '10.179.0.9');
    found.block = document.querySelector('#blocks tbody').textContent;
    await type('block-query', '10.179.9.0/24');
    found.free = document.querySelector('#block-found').textContent;"""
    found = probed(page(data), tmp_path, steps)
    assert {query: found[query] for query in SEARCHES} == SEARCHES
    assert found["show all"] == 9
    assert found["show one zone only"] == found["show decommissioned"] + 1 == 1
    assert found["show BGP"] == 2
    assert found["show VPN on the transit gateway"] == 2
    assert found["dearest"] == "stark"
    assert found["block"] == "10.179.0.0/27NAT blockacme-clearing"
    assert found["free"] == "0 blocks: 10.179.9.0/24 is free"


def test_the_keyboard_alone(data: dict[str, Any], tmp_path: Path) -> None:
    steps = """
    press('/');
    found.search = document.activeElement.id;
    await type('query', 'umbrella');
    document.querySelector('#list tbody a').focus();
    document.activeElement.click();
    await wait();
    found.detail = document.activeElement.id;
    found.title = document.getElementById('detail-title').textContent;
    found.flows = document.querySelectorAll('#detail [aria-label=Flows] tbody tr').length;
    found.boxes = document.querySelectorAll('#detail svg rect').length;
    press('Escape');
    await wait();
    found.closed = document.getElementById('detail').hidden;
    found.back = document.activeElement.id;
    press('Escape');
    found.all = names().length;"""
    found = probed(page(data), tmp_path, steps)
    assert found == {
        "search": "query",
        "detail": "detail",
        "title": "umbrella",
        "flows": 4,
        "boxes": 10,
        "closed": True,
        "back": "query",
        "all": 9,
    }


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [500, 1_600])
def test_nothing_runs_over_the_window_and_axe_finds_nothing(
    scheme: str, width: int, data: dict[str, Any], tmp_path: Path
) -> None:
    """Of axe's rules all, with a partner opened; a region that scrolls by itself may hold what is wider."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
    steps = """
    await wait();
    found.dark = matchMedia('(prefers-color-scheme: dark)').matches;
    found.over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    const told = await axe.run(document, { resultTypes: ['violations'] });
    found.violations = told.violations.map((each) => each.id + ': ' + each.nodes.map((node) => node.target).join(' '));
    found.passed = told.passes.length;"""
    found = probed(page(data), tmp_path, steps, scheme, f"--window-size={width},900", at="#partner=initech", more=axe)
    assert found.pop("passed") > 20
    assert found == {"dark": scheme == DARK, "over": 0, "violations": []}


def test_that_axe_would_find_something(data: dict[str, Any], tmp_path: Path) -> None:
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
    steps = """
    document.getElementById('query').closest('label').replaceWith(document.getElementById('query'));
    const told = await axe.run(document);
    found.violations = told.violations.map((each) => each.id);"""
    assert "label" in probed(page(data), tmp_path, steps, more=axe)["violations"]


def test_it_prints(data: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page(data))
    pdf = tmp_path / "page.pdf"
    address = f"{(tmp_path / 'page.html').as_uri()}#partner=globex"
    _, asked = browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", address)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf.read_bytes())
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(842, 595)}
    assert len(boxes) <= 8
    assert asked == []


@pytest.mark.parametrize("count", [1_000, 10_000])
def test_a_large_fleet_opens_and_filters(count: int, data: dict[str, Any], tmp_path: Path) -> None:
    """The work of the browser does not grow with the fleet: only what is listed is laid out."""
    text = page(many(data, count))
    assert len(text.encode()) < count * MOST_BYTES
    steps = """
    found.opened = document.querySelectorAll('*').length;
    await type('query', 'partner-007');
    found.filtered = names().length;
    found.told = document.getElementById('found').textContent;
    await type('query', '');
    document.getElementById('more').click();
    found.more = names().length;
    found.elements = document.querySelectorAll('*').length;"""
    found = probed(text, tmp_path, steps)
    assert found["filtered"] == 100
    assert found["told"] == f"100 partners of {count:,}"
    assert found["more"] == 400
    assert found["opened"] < MOST_ELEMENTS
    assert found["elements"] == found["opened"] + 200 * ELEMENTS_A_ROW


def test_hostile_text_makes_no_element(data: dict[str, Any], tmp_path: Path) -> None:
    told = "</script><img src=x onerror=\"document.title='owned'\"><b>bold</b>"
    hostile = copy.deepcopy(data)
    for key in ("description", "device", "gateway", "unknown_flows"):
        hostile["partners"][0][key] = told
    hostile["partners"][0]["contacts"] = hostile["partners"][0]["inbound"] = [told]
    hostile["partners"][0]["tags"] = {told: told}
    hostile["ours"][0][2] = hostile["taken"] = hostile["limits"][0]["what"] = told
    steps = """
    await wait();
    found.made = document.querySelectorAll('img, b').length;
    found.shown = document.getElementById('detail').textContent.includes('onerror=');"""
    at = f"#partner={hostile['partners'][0]['name']}"
    assert probed(page(hostile), tmp_path, steps, at=at) == {"made": 0, "shown": True}
