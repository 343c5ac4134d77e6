"""Styles and templates keep to the strict policy and to their size."""

import re
from pathlib import Path

import pytest

from support_management.core.priority import PRIORITY_RANKS

ROOT = Path(__file__).parents[2]
WHOLE = ROOT / "static" / "css" / "console.css"
SHEETS = sorted(set((ROOT / "static" / "css").glob("*.css")) - {WHOLE})
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FORBIDDEN = {
    r"<style": "styles stand in static/css",
    r"\sstyle\s*=": "a style attribute is refused by the browser: use a class or a data attribute",
    r"<script(?![^>]*\ssrc=)": "scripts stand in static/js",
    r"\son[a-z]+\s*=": "behaviour stands in static/js",
    r"hx-on": "hx-on needs eval: behaviour stands in static/js",
    r"javascript:|['\"]js:": "no script in attributes",
    r"https?://(?!www\.w3\.org)": "nothing comes from another host",
    r"\|\s*safe\b|autoescape off": "a filter of console/templatetags decides what is safe",
}
NAMES = [template.relative_to(ROOT).as_posix() for template in TEMPLATES]


def offences(html):
    return [advice for pattern, advice in FORBIDDEN.items() if re.search(pattern, html, re.IGNORECASE)]


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="x">',
        "<style>",
        "<script>x",
        '<a onclick="x">',
        '<a hx-on:click="x">',
        '<a href="javascript:x">',
        "{{ x|safe }}",
    ],
)
def test_the_check_finds_what_it_looks_for(bad):
    assert offences(bad)


@pytest.mark.parametrize("name", NAMES)
def test_a_template_brings_no_style_and_no_script(name):
    assert not offences((ROOT / name).read_text())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_short(name):
    assert len((ROOT / name).read_text().splitlines()) <= 60


@pytest.mark.parametrize("file", SHEETS + SCRIPTS, ids=lambda file: file.relative_to(ROOT).as_posix())
def test_a_style_sheet_or_script_is_short(file):
    assert len(file.read_text().splitlines()) <= 150


@pytest.mark.parametrize("file", SHEETS, ids=lambda file: file.name)
def test_a_style_sheet_says_what_it_is_for_and_stands_in_a_layer(file):
    text = file.read_text()
    assert text.startswith(f"/* {file.name} – ")
    body = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).strip()
    assert body.startswith("@layer ")


def test_every_style_sheet_is_imported_once_and_the_layers_come_first():
    imported = re.findall(r'^@import "([\w-]+\.css)";$', WHOLE.read_text(), re.MULTILINE)
    assert imported[0] == "layers.css"
    assert sorted(imported) == [file.name for file in SHEETS]


def test_every_icon_that_is_named_exists():
    sprite = set(re.findall(r'\sid="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
    named = {name for file in TEMPLATES for name in re.findall(r'\{% icon "([\w-]+)"(?!\|)', file.read_text())}
    named |= {f"prio-{word}" for word in PRIORITY_RANKS}
    assert named <= sprite


def test_the_policy_of_a_page_allows_only_what_the_house_serves(client, db):
    policy = client.get("/login/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src 'self';" in policy
