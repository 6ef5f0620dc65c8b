"""The pages in a real browser: they print on A4, ask for nothing from elsewhere, and the form gives what is read."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from tests.browser import NEEDED, browse
from tests.conftest import Natlane
from tests.handover.goldens import FOLDER

pytestmark = [NEEDED, pytest.mark.slow]  # a browser is started for each
A4 = (595, 842)  # points
PAGES = sorted((FOLDER / "partners").glob("*/handover.html"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_prints_on_a4_and_asks_for_nothing(page: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "page.pdf"
    _, asked = browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", page.as_uri())
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf.read_bytes())
    assert boxes, "no page was printed"
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {A4}
    assert len(boxes) <= 8
    assert asked == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_nothing_is_wider_than_the_paper(page: Path, tmp_path: Path) -> None:
    """At the width of A4 without its margins, 180 mm, in a browser's 96 pixels an inch."""
    probe = "<script>document.title = String(document.documentElement.scrollWidth)</script></body>"
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page.read_text()).replace("</body>", probe)
    (tmp_path / "page.html").write_text(text)
    dom, _ = browse(tmp_path, "--window-size=680,900", "--dump-dom", (tmp_path / "page.html").as_uri())
    found = re.search(r"<title>(\d+)</title>", dom)
    assert found
    assert int(found[1]) <= 680


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_names_nothing_to_load(page: Path) -> None:
    text = page.read_text()
    assert not re.search(
        r"\b(src|href|action|srcset|data)\s*=|url\(|@import|<(script|link|iframe|object|embed)\b", text
    )
    assert "default-src 'none'" in text


def test_that_a_request_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<img src="http://elsewhere.example/a.png">')
    _, asked = browse(tmp_path, "--dump-dom", (tmp_path / "page.html").as_uri())
    assert any("elsewhere.example" in line for line in asked)


FILL = """
<script>
const values = {company: 'ACME "Clearing": \\u00e4', vendor: "cisco-asa", version: "9.16", peer_address: "203.0.113.77",
  accepted_block: "10.189.0.0/27", networks: "192.168.177.0/24\\n192.168.178.0/24", calls: "sftp 192.168.177.10 22 tcp",
  contacts: "net@acme.example\\n# soc"};
for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
form.elements.behind_nat.checked = true;
document.body.textContent = yaml();
</script></body>"""


def test_the_filled_form_is_read(root: Path, natlane: Natlane, tmp_path: Path) -> None:
    assert natlane("intake", cwd=root).returncode == 0
    page = (root / "intake" / "intake.html").read_text()
    (tmp_path / "filled.html").write_text(page.replace("</body>", FILL))
    dom, asked = browse(tmp_path, "--dump-dom", (tmp_path / "filled.html").as_uri())
    body = re.search(r"<body>(.*)</body>", dom, re.DOTALL)
    assert body
    (root / "form.yaml").write_text(html.unescape(body[1]))
    done = natlane("new", "acme-new", "--from", "form.yaml", cwd=root)
    assert done.returncode == 0, done.stderr + html.unescape(body[1])
    written = (root / "partners" / "acme-new.yaml").read_text()
    assert 'description: "ACME \\"Clearing\\": ä"' in written
    assert 'contacts: ["net@acme.example", "# soc"]' in written
    assert "partner_cidrs: [192.168.177.0/24, 192.168.178.0/24]" in written
    assert "behind_nat: true" in written
    assert asked == []
