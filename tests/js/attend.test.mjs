import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../../static/js/live/attend.js";

test("what could not be sent is reported again at the next sign of life", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const reports = [];
  const root = Object.assign(new EventTarget(), {
    querySelector: () => ({ dataset: { pane: "ticket.7" } }),
    querySelectorAll: () => [],
  });
  let open = false;
  const stream = Object.assign(new EventTarget(), { attend: (drafts) => open && Boolean(reports.push(drafts)) });
  const act = () => {
    root.dispatchEvent(new Event("keydown"));
    t.mock.timers.tick(500);
  };
  start(root, stream);
  act();
  assert.deepEqual(reports, []);
  open = true;
  act();
  act();
  assert.deepEqual(reports, [{ "ticket.7": false }]);
});
