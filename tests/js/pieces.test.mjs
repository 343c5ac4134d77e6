import assert from "node:assert/strict";
import { test } from "node:test";
import { pieces } from "../../static/js/live/pieces.js";

const parts = (...ids) => ids.map((id) => ({ id }));

test("one new ticket is one change, however many lanes, heads and figures it moves", () => {
  const frame = parts(
    "queue-unassigned-ticket-17", "queue-high_priority-ticket-17", "queue-overdue-ticket-17",
    "queue-unassigned-head", "queue-mine-head", "queue-high_priority-head", "disputes-open-head",
  );
  assert.equal(pieces(frame), 1);
});

test("a reply on the page of its ticket is a change of that ticket", () => {
  const entry = { id: "ticket-message-5", target: "ticket-17-timeline" };
  assert.equal(pieces([...parts("ticket-17-header", "ticket-17-controls", "ticket-17-audience"), entry]), 1);
});

test("different pieces of work are counted each", () => {
  assert.equal(pieces(parts("queue-mine-ticket-1", "queue-mine-ticket-11", "disputes-dispute-1")), 3);
  assert.equal(pieces(parts("dashboard-agent-3-figures", "team-agent-3", "team-agent-4")), 2);
  assert.equal(pieces(parts("queue-mine-head")), 0);
  assert.equal(pieces([]), 0);
});
