"""Nothing is cut, and nothing touches what it does not belong to."""

import pytest

COLUMNS = """() => [...document.querySelectorAll(".team-group table")].map((table) => {
  const row = table.querySelector("tbody > tr");
  return row && [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect().left)).join(" ");
}).filter(Boolean)"""
INSIDE = """() => [...document.querySelectorAll(".team tbody > tr:first-child > :is(td, th)")].filter((cell) =>
  [...cell.querySelectorAll("*")].some((item) =>
    item.getBoundingClientRect().right > cell.getBoundingClientRect().right + 1)).length"""
CUT = "() => [...document.querySelectorAll('.scroll-x')].filter((box) => box.scrollWidth > box.clientWidth + 1).length"
TOUCHING = """() => [...document.querySelectorAll(".row")].filter((row) => {
  const line = row.getBoundingClientRect();
  return [...row.querySelectorAll(".sla")].some((chip) => {
    const box = chip.getBoundingClientRect();
    return box.height && (box.top - line.top < 2 || line.bottom - box.bottom < 2);
  });
}).length"""


@pytest.fixture
def desk(embedded):
    return embedded


def test_tables_stand_in_their_columns_and_chips_between_the_lines(screens, visitor_of, spares, lead):
    for status in ("away", "break", "offline"):
        visitor_of(name := next(spares)).post(f"/availability/{name}/say/", says=status)
    lead.new_ticket(priority="urgent")
    page = screens.of("lead").open("/workload/").page
    columns = page.evaluate(COLUMNS)
    assert len(columns) > 1
    assert len(set(columns)) == 1
    assert page.evaluate(INSIDE) == 0
    page.goto(f"{page.url.partition('/workload')[0]}/queue/")
    for density in ("default", "compact", "comfortable"):
        page.evaluate("(density) => (document.documentElement.dataset.density = density)", density)
        assert page.evaluate(TOUCHING) == 0, density
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{page.url.partition('/queue')[0]}/workload/moves/")
    assert page.evaluate(CUT) == 0
